/**
 * Functions with which any role may make large objects, unless that is taken from PUBLIC. What they make
 * lies outside of every schema, so a role that may create nothing has a place to keep things all the same.
 */
export const LARGE_OBJECT_MAKERS = [
  'lo_creat(integer)',
  'lo_create(oid)',
  'lo_from_bytea(oid, bytea)',
] as const;

/** Rights on functions are each database's own: to be run in every one that counts. Needs a superuser. */
export const FORBID_LARGE_OBJECTS = `REVOKE EXECUTE ON FUNCTION ${LARGE_OBJECT_MAKERS.join(', ')} FROM PUBLIC`;
