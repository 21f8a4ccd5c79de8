#include "library.h"
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

scr_curl_library scr_curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure;

static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib"};

// A name that is missing leaves the library unusable: it is older than the headers that we were built with.
static int find_all(void *handle) {
#define SCR_CURL_FIND(result, name, arguments)                                                                         \
  *(void **)&scr_curl.name = dlsym(handle, "curl_" #name);                                                             \
  if (!scr_curl.name) return -1;
  SCR_CURL_FUNCTIONS(SCR_CURL_FIND)
#undef SCR_CURL_FIND
  return 0;
}

static void load(void) {
  void *handle = NULL;
  for (size_t i = 0; !handle && i < sizeof names / sizeof *names; i++) handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!handle) failure = "libcurl is not installed (Debian's package is libcurl4)";
  else if (find_all(handle) != 0) failure = "the installed libcurl is too old: 7.85 or newer is needed";
  else if (scr_curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) failure = "libcurl cannot be initialised";
}

int scr_curl_load(void) {
  pthread_once(&once, load);
  return failure ? -1 : 0;
}

const char *scr_curl_load_failure(void) { return failure; }
const char *scr_curl_version(void) { return scr_curl.version(); }
const char *scr_curl_explain(int result) { return scr_curl.easy_strerror((CURLcode)result); }
