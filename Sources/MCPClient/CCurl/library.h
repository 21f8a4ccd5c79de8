// The functions of libcurl that we use, found at run time.
#ifndef SCR_CURL_LIBRARY_H
#define SCR_CURL_LIBRARY_H

#include <curl/curl.h>

#define SCR_CURL_FUNCTIONS(X)                                                                                          \
  X(CURLcode, global_init, (long))                                                                                     \
  X(char *, version, (void))                                                                                           \
  X(CURL *, easy_init, (void))                                                                                         \
  X(void, easy_cleanup, (CURL *))                                                                                      \
  X(CURLcode, easy_setopt, (CURL *, CURLoption, ...))                                                                  \
  X(CURLcode, easy_getinfo, (CURL *, CURLINFO, ...))                                                                   \
  X(CURLcode, easy_pause, (CURL *, int))                                                                               \
  X(const char *, easy_strerror, (CURLcode))                                                                           \
  X(struct curl_slist *, slist_append, (struct curl_slist *, const char *))                                            \
  X(void, slist_free_all, (struct curl_slist *))                                                                       \
  X(CURLM *, multi_init, (void))                                                                                       \
  X(CURLMcode, multi_cleanup, (CURLM *))                                                                               \
  X(CURLMcode, multi_setopt, (CURLM *, CURLMoption, ...))                                                              \
  X(CURLMcode, multi_add_handle, (CURLM *, CURL *))                                                                    \
  X(CURLMcode, multi_remove_handle, (CURLM *, CURL *))                                                                 \
  X(CURLMcode, multi_perform, (CURLM *, int *))                                                                        \
  X(CURLMcode, multi_socket_action, (CURLM *, curl_socket_t, int, int *))                                              \
  X(CURLMcode, multi_poll, (CURLM *, struct curl_waitfd[], unsigned int, int, int *))                                  \
  X(CURLMcode, multi_wakeup, (CURLM *))                                                                                \
  X(CURLMsg *, multi_info_read, (CURLM *, int *))

typedef struct {
#define SCR_CURL_MEMBER(result, name, arguments) result(*name) arguments;
  SCR_CURL_FUNCTIONS(SCR_CURL_MEMBER)
#undef SCR_CURL_MEMBER
} scr_curl_library;

extern scr_curl_library scr_curl;

// libcurl's own loop within ours.
CURLM *scr_curl_loop_multi(void *loop);

#endif
