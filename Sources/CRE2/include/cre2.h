// A C face for RE2, the regular expression engine of Envoy, Istio and GKE: no Swift type sees C++.
#ifndef WEIR_CRE2_H
#define WEIR_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One compiled expression. Immutable once made; matching from several threads at once is allowed.
typedef struct cre2_regex cre2_regex;

/// Compiles `pattern` (UTF-8). Never null: ask `cre2_regex_error` whether it compiled.
cre2_regex *cre2_regex_new(const char *pattern, size_t length, bool case_sensitive);
void cre2_regex_free(cre2_regex *regex);
/// Null where the expression compiled; otherwise RE2's own words, valid as long as the expression is.
const char *cre2_regex_error(const cre2_regex *regex);
/// Whether the whole text matches (`anchored`), or some part of it.
bool cre2_regex_matches(const cre2_regex *regex, const uint8_t *text, size_t length, bool anchored);

/// Many expressions that are matched in one pass over the text.
typedef struct cre2_set cre2_set;

cre2_set *cre2_set_new(bool anchored, bool case_sensitive, int64_t memory_bytes_max);
void cre2_set_free(cre2_set *set);
/// The expression's place in the set, or -1 where it does not compile. Only before `cre2_set_compile`.
int cre2_set_add(cre2_set *set, const char *pattern, size_t length);
/// False where the set needs more memory than it may have.
bool cre2_set_compile(cre2_set *set);

/// Writes up to `capacity` places of matching expressions, in no order. Returns how many matched (it may be more than
/// `capacity`), or -1 where the matcher ran out of memory and therefore does not know.
int cre2_set_match(const cre2_set *set, const uint8_t *text, size_t length, int32_t *places, int capacity);

#ifdef __cplusplus
}
#endif

#endif
