# Serves tenants: seals and opens under keys that are there, and keeps their secrets. Cannot make,
# rotate, configure or delete a key.

path "TRANSIT_MOUNT/encrypt/+" {
  capabilities = ["update"]
}

path "TRANSIT_MOUNT/decrypt/+" {
  capabilities = ["update"]
}

# Tells a key that is gone from one that may not be used. Shows versions and dates, no key.
path "TRANSIT_MOUNT/keys/+" {
  capabilities = ["read"]
}

path "KV_MOUNT/data/tenants/+/+" {
  capabilities = ["create", "read", "update"]
}

# With its slash: without it the line for a single secret, below, would hold for this list as well.
path "KV_MOUNT/metadata/tenants/+/" {
  capabilities = ["list"]
}

# One secret, when an integration is disconnected. KV has no call for a folder, so who may delete each
# of a tenant's secrets may delete all of them. See README.md.
path "KV_MOUNT/metadata/tenants/+/+" {
  capabilities = ["delete"]
}

# Does the engine keep old versions of a secret?
path "KV_MOUNT/config" {
  capabilities = ["read"]
}
