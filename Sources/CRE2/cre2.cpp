#include "cre2.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <vector>

struct cre2_regex {
    RE2 expression;
    cre2_regex(const re2::StringPiece &pattern, const RE2::Options &options) : expression(pattern, options) {}
};

struct cre2_set {
    RE2::Set set;
    cre2_set(const RE2::Options &options, RE2::Anchor anchor) : set(options, anchor) {}
};

static RE2::Options quiet(bool case_sensitive) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(case_sensitive);
    // As in Envoy: no capture is asked for, and a dot never stands for a newline.
    options.set_never_capture(true);
    return options;
}

static re2::StringPiece piece(const uint8_t *text, size_t length) {
    return re2::StringPiece(reinterpret_cast<const char *>(text), length);
}

cre2_regex *cre2_regex_new(const char *pattern, size_t length, bool case_sensitive) {
    return new cre2_regex(re2::StringPiece(pattern, length), quiet(case_sensitive));
}

void cre2_regex_free(cre2_regex *regex) { delete regex; }

const char *cre2_regex_error(const cre2_regex *regex) {
    return regex->expression.ok() ? nullptr : regex->expression.error().c_str();
}

bool cre2_regex_matches(const cre2_regex *regex, const uint8_t *text, size_t length, bool anchored) {
    if (!regex->expression.ok()) return false;
    return regex->expression.Match(
        piece(text, length), 0, length, anchored ? RE2::ANCHOR_BOTH : RE2::UNANCHORED, nullptr, 0);
}

cre2_set *cre2_set_new(bool anchored, bool case_sensitive, int64_t memory_bytes_max) {
    RE2::Options options = quiet(case_sensitive);
    options.set_max_mem(memory_bytes_max);
    return new cre2_set(options, anchored ? RE2::ANCHOR_BOTH : RE2::UNANCHORED);
}

void cre2_set_free(cre2_set *set) { delete set; }

int cre2_set_add(cre2_set *set, const char *pattern, size_t length) {
    return set->set.Add(re2::StringPiece(pattern, length), nullptr);
}

bool cre2_set_compile(cre2_set *set) { return set->set.Compile(); }

int cre2_set_match(const cre2_set *set, const uint8_t *text, size_t length, int32_t *places, int capacity) {
    // RE2 fills a vector of its own; kept by each thread so that a match does not allocate after the first.
    thread_local std::vector<int> found;
    RE2::Set::ErrorInfo error;
    if (!set->set.Match(piece(text, length), &found, &error)) {
        return error.kind == RE2::Set::kNoError ? 0 : -1;
    }
    const int count = static_cast<int>(found.size());
    std::copy_n(found.begin(), std::min(count, capacity), places);
    return count;
}
