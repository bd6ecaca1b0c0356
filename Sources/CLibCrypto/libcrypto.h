/* OpenSSL 3's libcrypto: only the headers that PayWord and the chain kernel use. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
