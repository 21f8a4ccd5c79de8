// The floor of a durable submit: writes the rows of a sample database again, in C with prepared statements.
//
//   store SAMPLE TARGET COUNT PER_COMMIT
//
// SAMPLE holds one task with its events; TARGET is an empty database of the same format. Both PRAGMAs and rows are the product's.
// Prints {"perSecond": tasks}.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { most_columns = 64, most_events = 8, soft_limit = 4 << 20 };

struct row {
  sqlite3_stmt *insert;
  sqlite3_value *values[most_columns];
  int count, id;
};

static void must(int code, sqlite3 *db, const char *what) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  fprintf(stderr, "store: %s: %s\n", what, sqlite3_errmsg(db));
  exit(1);
}

static void run(sqlite3 *db, const char *sql) { must(sqlite3_exec(db, sql, 0, 0, 0), db, sql); }

static sqlite3 *open_database(const char *path) {
  sqlite3 *db;
  must(sqlite3_open(path, &db), db, path);
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0");
  char sql[64];
  snprintf(sql, sizeof sql, "PRAGMA journal_size_limit = %d", soft_limit);
  run(db, sql);
  return db;
}

// Reads the rows of a table, without the number that SQLite gives, and prepares their insertion.
static int read_rows(sqlite3 *sample, sqlite3 *target, const char *table, const char *own, const char *id, struct row *rows, int limit) {
  char sql[4096];
  sqlite3_stmt *select;
  int found = 0;
  snprintf(sql, sizeof sql, "SELECT * FROM %s", table);
  must(sqlite3_prepare_v2(sample, sql, -1, &select, 0), sample, sql);
  while (found < limit && sqlite3_step(select) == SQLITE_ROW) {
    struct row *row = &rows[found++];
    char names[2048] = "", marks[256] = "";
    row->count = 0;
    for (int i = 0; i < sqlite3_column_count(select); i++) {
      const char *name = sqlite3_column_name(select, i);
      if (!strcmp(name, own)) continue;
      if (!strcmp(name, id)) row->id = row->count + 1;
      if (row->count) strcat(names, ", "), strcat(marks, ", ");
      strcat(names, name), strcat(marks, "?");
      row->values[row->count++] = sqlite3_value_dup(sqlite3_column_value(select, i));
    }
    snprintf(sql, sizeof sql, "INSERT INTO %s (%s) VALUES (%s)", table, names, marks);
    must(sqlite3_prepare_v3(target, sql, -1, SQLITE_PREPARE_PERSISTENT, &row->insert, 0), target, sql);
  }
  sqlite3_finalize(select);
  return found;
}

static void insert(sqlite3 *db, struct row *row, const char *id) {
  for (int i = 0; i < row->count; i++) sqlite3_bind_value(row->insert, i + 1, row->values[i]);
  sqlite3_bind_text(row->insert, row->id, id, -1, SQLITE_STATIC);
  must(sqlite3_step(row->insert), db, "insert");
  sqlite3_reset(row->insert);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int count, char **words) {
  if (count != 5) return fprintf(stderr, "usage: store SAMPLE TARGET COUNT PER_COMMIT\n"), 2;
  sqlite3 *sample = open_database(words[1]), *target = open_database(words[2]);
  long tasks = atol(words[3]), per_commit = atol(words[4]), written = 0, next_checkpoint = soft_limit;
  struct row task[1] = {0}, events[most_events] = {0};
  if (!read_rows(sample, target, "tasks", "number", "id", task, 1)) return fprintf(stderr, "store: the sample is empty\n"), 1;
  int event_count = read_rows(sample, target, "events", "sequence", "task_id", events, most_events);
  char log[4096];
  snprintf(log, sizeof log, "%s-wal", words[2]);
  double begin = now();
  while (written < tasks) {
    run(target, "BEGIN IMMEDIATE");
    for (long i = 0; i < per_commit && written < tasks; i++, written++) {
      char id[64];
      snprintf(id, sizeof id, "task_%016lx%016lx", written * 0x9e3779b97f4a7c15, written);
      insert(target, task, id);
      for (int e = 0; e < event_count; e++) insert(target, &events[e], id);
    }
    run(target, "COMMIT");
    struct stat status;
    if (!stat(log, &status) && status.st_size > next_checkpoint) {
      sqlite3_wal_checkpoint_v2(target, 0, SQLITE_CHECKPOINT_PASSIVE, 0, 0);
      next_checkpoint = status.st_size + soft_limit;
    }
  }
  printf("{\"perSecond\": %.1f}\n", (double)tasks / (now() - begin));
  return 0;
}
