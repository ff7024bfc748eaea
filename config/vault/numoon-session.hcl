# What every process may do with its own token. It stands in for Vault's policy "default", which grants
# more (a cubbyhole, response wrapping, other tools) and which others may change.

# How long does it live; is it still good after a refusal?
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

# Given back when the process stops.
path "auth/token/revoke-self" {
  capabilities = ["update"]
}

# For "numoon vault check".
path "sys/capabilities-self" {
  capabilities = ["update"]
}
