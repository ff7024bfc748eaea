# Ends tenants: destroys keys and secrets, and looks whether they are gone. Cannot read either.

path "TRANSIT_MOUNT/keys/" {
  capabilities = ["list"]
}

path "TRANSIT_MOUNT/keys/+" {
  capabilities = ["read", "delete"]
}

# Vault deletes no key that was not released first.
path "TRANSIT_MOUNT/keys/+/config" {
  capabilities = ["update"]
  allowed_parameters = {
    "deletion_allowed" = [true]
  }
}

path "KV_MOUNT/metadata/tenants/" {
  capabilities = ["list"]
}

# Folders that somebody made by hand included. Vault goes by the closest pattern alone: where the data
# plane's policy has one for a secret or for a tenant's list, that one holds, and grants enough.
path "KV_MOUNT/metadata/tenants/*" {
  capabilities = ["list", "delete"]
}
