# Makes tenants and rotates their keys. Cannot take a key away, nor read a tenant's secrets.

# A key of one kind only, which never leaves Vault. Vault calls making a key "update".
path "TRANSIT_MOUNT/keys/+" {
  capabilities = ["read", "update"]
  allowed_parameters = {
    "type"                   = ["aes256-gcm96"]
    "exportable"             = [false]
    "allow_plaintext_backup" = [false]
  }
}

path "TRANSIT_MOUNT/keys/" {
  capabilities = ["list"]
}

# Without "create": to encrypt under a name that has no key would make one.
path "TRANSIT_MOUNT/encrypt/+" {
  capabilities = ["update"]
}

path "TRANSIT_MOUNT/decrypt/+" {
  capabilities = ["update"]
}

path "TRANSIT_MOUNT/rewrap/+" {
  capabilities = ["update"]
}

path "TRANSIT_MOUNT/keys/+/rotate" {
  capabilities = ["update"]
}

# Retiring old versions. The other parameters of this path would let a key be exported, backed up in
# clear, or deleted.
path "TRANSIT_MOUNT/keys/+/config" {
  capabilities = ["update"]
  allowed_parameters = {
    "min_decryption_version" = []
    "min_encryption_version" = []
  }
}

path "TRANSIT_MOUNT/keys/+/trim" {
  capabilities = ["update"]
}

# The installation's root key. Without "update": nothing replaces it once it is there.
path "KV_MOUNT/data/central/root" {
  capabilities = ["create", "read"]
}

# Which tenants have secrets; not which, and not what is in them.
path "KV_MOUNT/metadata/tenants/" {
  capabilities = ["list"]
}
