/* PostgreSQL's client library: only the header that TollPostgres uses. */
#include <libpq-fe.h>
