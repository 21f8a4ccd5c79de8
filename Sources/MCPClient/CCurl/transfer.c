#include "library.h"
#include "CCurl.h"

#include <stdlib.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

_Static_assert(SCR_CURL_PAUSE == CURL_WRITEFUNC_PAUSE, "");
_Static_assert(SCR_CURL_ERROR_SIZE == CURL_ERROR_SIZE, "");
_Static_assert(SCR_CURL_BAD_URL == (int)CURLE_URL_MALFORMAT, "");
_Static_assert(SCR_CURL_NO_HOST == (int)CURLE_COULDNT_RESOLVE_HOST, "");
_Static_assert(SCR_CURL_NO_CONNECTION == (int)CURLE_COULDNT_CONNECT && SCR_CURL_PARTIAL == (int)CURLE_PARTIAL_FILE, "");
_Static_assert(SCR_CURL_TIMEOUT == (int)CURLE_OPERATION_TIMEDOUT && SCR_CURL_TLS_CONNECT == (int)CURLE_SSL_CONNECT_ERROR, "");
_Static_assert(SCR_CURL_NOTHING_CAME == (int)CURLE_GOT_NOTHING && SCR_CURL_RECEIVE_FAILED == (int)CURLE_RECV_ERROR, "");
_Static_assert(SCR_CURL_BAD_CERTIFICATE == (int)CURLE_PEER_FAILED_VERIFICATION, "");
_Static_assert(SCR_CURL_BAD_ENCODING == (int)CURLE_BAD_CONTENT_ENCODING, "");

// The list belongs to the transfer, which keeps it as its private pointer.
static struct curl_slist *header_list(const scr_curl_request *request, int *result) {
  struct curl_slist *list = NULL;
  for (size_t i = 0; i < request->header_count; i++) {
    struct curl_slist *longer = scr_curl.slist_append(list, request->headers[i]);
    if (!longer) {
      scr_curl.slist_free_all(list);
      *result = CURLE_OUT_OF_MEMORY;
      return NULL;
    }
    list = longer;
  }
  return list;
}

#define SET(option, value)                                                                                             \
  if (outcome == CURLE_OK) outcome = scr_curl.easy_setopt(transfer, option, value)

static CURLcode set_up(CURL *transfer, const scr_curl_request *request, struct curl_slist *headers) {
  CURLcode outcome = CURLE_OK;
  SET(CURLOPT_PRIVATE, headers);
  SET(CURLOPT_ERRORBUFFER, request->error_text);
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L); // what a proxy says of a tunnel is no part of the answer
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_ACCEPT_ENCODING, ""); // all that the library can undo
  SET(CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms);
  SET(CURLOPT_URL, request->url);
  SET(CURLOPT_HTTPHEADER, headers);
  if (request->body) {
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    SET(CURLOPT_POSTFIELDS, request->body);
  }
  SET(CURLOPT_CUSTOMREQUEST, request->method);
  if (request->ca_file) SET(CURLOPT_CAINFO, request->ca_file);
  if (request->without_proxy) SET(CURLOPT_PROXY, "");
  SET(CURLOPT_HEADERFUNCTION, request->on_header);
  SET(CURLOPT_HEADERDATA, request->context);
  SET(CURLOPT_WRITEFUNCTION, request->on_body);
  SET(CURLOPT_WRITEDATA, request->context);
  return outcome;
}

static void clean_up(CURL *transfer, struct curl_slist *headers) {
  scr_curl.easy_cleanup(transfer);
  scr_curl.slist_free_all(headers);
}

void *scr_curl_start(void *loop, const scr_curl_request *request, int *result) {
  *result = CURLE_OK;
  struct curl_slist *headers = header_list(request, result);
  if (*result != CURLE_OK) return NULL;
  CURL *transfer = scr_curl.easy_init();
  if (!transfer) {
    scr_curl.slist_free_all(headers);
    *result = CURLE_FAILED_INIT;
    return NULL;
  }
  *result = (int)set_up(transfer, request, headers);
  if (*result == CURLE_OK && scr_curl.multi_add_handle(scr_curl_loop_multi(loop), transfer) != CURLM_OK) *result = CURLE_FAILED_INIT;
  if (*result == CURLE_OK) return transfer;
  clean_up(transfer, headers);
  return NULL;
}

void scr_curl_resume(void *transfer) { scr_curl.easy_pause(transfer, CURLPAUSE_CONT); }

void scr_curl_free(void *loop, void *transfer) {
  char *headers = NULL;
  scr_curl.easy_getinfo(transfer, CURLINFO_PRIVATE, &headers);
  scr_curl.multi_remove_handle(scr_curl_loop_multi(loop), transfer);
  clean_up(transfer, (struct curl_slist *)headers);
}

long scr_curl_status(void *transfer) {
  long status = 0;
  scr_curl.easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

int scr_curl_connected(void *transfer) {
  curl_off_t sent = 0;
  scr_curl.easy_getinfo(transfer, CURLINFO_PRETRANSFER_TIME_T, &sent);
  return sent > 0;
}
