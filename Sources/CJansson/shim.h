#ifndef CAUSEWAY_CJANSSON_SHIM_H
#define CAUSEWAY_CJANSSON_SHIM_H
#include <jansson.h>
#endif
