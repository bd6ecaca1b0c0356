/* OpenSSL 3's libcrypto: only the headers that PayWord and the chain kernel use. */
/* SHA-256 is hashed by the functions that 3.0 calls deprecated: see SHA256.swift. */
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
