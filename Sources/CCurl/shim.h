#ifndef CAUSEWAY_CCURL_SHIM_H
#define CAUSEWAY_CCURL_SHIM_H
#include <curl/curl.h>
#endif
