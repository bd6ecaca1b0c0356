/* The client library of PostgreSQL, for the limit that its store is measured against. */
#include <libpq-fe.h>
