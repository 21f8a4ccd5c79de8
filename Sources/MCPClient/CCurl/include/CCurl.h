// libcurl for Swift: its variadic functions with one type each, and the library itself loaded at first use, since linking it costs some
// milliseconds of every start of a program that may never speak HTTP.
#ifndef SCR_CCURL_H
#define SCR_CCURL_H

#include <stddef.h>

// Loads the library once, whoever asks first. 0, or -1 with the reason (a static text).
int scr_curl_load(void);
const char *scr_curl_load_failure(void);
const char *scr_curl_version(void);

// Results of transfers that we tell apart; any other number is libcurl's own (curl/curl.h, CURLcode).
enum {
  SCR_CURL_OK = 0,
  SCR_CURL_UNSUPPORTED_PROTOCOL = 1,
  SCR_CURL_BAD_URL = 3,
  SCR_CURL_NO_PROXY_HOST = 5,
  SCR_CURL_NO_HOST = 6,
  SCR_CURL_NO_CONNECTION = 7,
  SCR_CURL_PARTIAL = 18,
  SCR_CURL_WRITE_REFUSED = 23,
  SCR_CURL_TIMEOUT = 28,
  SCR_CURL_TLS_CONNECT = 35,
  SCR_CURL_NOTHING_CAME = 52,
  SCR_CURL_SEND_FAILED = 55,
  SCR_CURL_RECEIVE_FAILED = 56,
  SCR_CURL_BAD_CERTIFICATE = 60,
  SCR_CURL_BAD_ENCODING = 61,
};

// Gives the number of bytes taken, SCR_CURL_PAUSE to be given the same bytes again later, or less to end the transfer.
typedef size_t (*scr_curl_bytes)(char *bytes, size_t size, size_t count, void *context);
#define SCR_CURL_PAUSE ((size_t)0x10000001)

typedef struct {
  const char *url;
  const char *method;
  const char *const *headers; // "Name: value"
  size_t header_count;
  const void *body; // must live until the transfer is freed; NULL for none
  size_t body_size;
  long connect_timeout_ms;
  const char *ca_file; // NULL for the system's
  int without_proxy;
  char *error_text; // at least SCR_CURL_ERROR_SIZE bytes, which must live as long
  scr_curl_bytes on_header;
  scr_curl_bytes on_body;
  void *context;
} scr_curl_request;
#define SCR_CURL_ERROR_SIZE 256

// Every function below must be called on one thread only, except scr_curl_wake. All may be called once scr_curl_load gave 0.
void *scr_curl_loop_new(long most_connections, long idle_connections);
void scr_curl_loop_free(void *loop);
void scr_curl_loop_perform(void *loop);
void scr_curl_loop_poll(void *loop, int timeout_ms);
void scr_curl_loop_wake(void *loop);
// The next transfer that has ended, or NULL.
void *scr_curl_loop_ended(void *loop, int *result);

// A transfer under way, or NULL with *result. The strings of the request may go; body and error_text must stay.
void *scr_curl_start(void *loop, const scr_curl_request *request, int *result);
// Lets bytes come again; on_body may be called within.
void scr_curl_resume(void *transfer);
// Ends the transfer, if it has not ended, and closes its connection then.
void scr_curl_free(void *loop, void *transfer);
long scr_curl_status(void *transfer);
// Whether the connection stood (for https: with TLS) when the transfer ended.
int scr_curl_connected(void *transfer);
const char *scr_curl_explain(int result);

#endif
