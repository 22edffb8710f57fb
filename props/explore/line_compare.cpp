#include "props/explore/line_compare.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cow::props::explore {

namespace {

using Vector [[gnu::vector_size(32)]] = std::uint64_t;

/// Adds to `all` what is not the same.
[[gnu::always_inline]] inline void add_difference(const Line& a, const Line& b, Vector& all) {
  std::array<Vector, sizeof(Line) / sizeof(Vector)> x, y;
  std::memcpy(x.data(), &a, sizeof x);
  std::memcpy(y.data(), &b, sizeof y);
  for (std::size_t i = 0; i < x.size(); ++i) all |= x[i] ^ y[i];
}

[[gnu::always_inline]] inline std::uint64_t any(const Vector& bits) {
  return (bits[0] | bits[1] | bits[2] | bits[3]) != 0 ? 1 : 0;
}

[[gnu::always_inline]] inline std::uint64_t which(const Line* const* now, const Line* before,
                                                  std::size_t count) {
  std::uint64_t bits = 0;
  for (auto i = count; i-- > 0;) {
    Vector all{};
    add_difference(*now[i], before[i], all);
    bits = bits << 1 | any(all);
  }
  return bits;
}

[[gnu::always_inline]] inline bool none(const Line* const* now, const Line* before,
                                        std::size_t count) {
  Vector all{};
  for (std::size_t i = 0; i < count; ++i) add_difference(*now[i], before[i], all);
  return any(all) == 0;
}

std::uint64_t which_by_words(const Line* const* now, const Line* before, std::size_t count) {
  return which(now, before, count);
}
bool none_by_words(const Line* const* now, const Line* before, std::size_t count) {
  return none(now, before, count);
}
constexpr LineCompare by_words{which_by_words, none_by_words};

#if defined(__x86_64__)

[[gnu::target("avx2")]] std::uint64_t which_avx2(const Line* const* now, const Line* before,
                                                 std::size_t count) {
  return which(now, before, count);
}
[[gnu::target("avx2")]] bool none_avx2(const Line* const* now, const Line* before,
                                       std::size_t count) {
  return none(now, before, count);
}

/// A line is one register.
[[gnu::target("avx512f")]] std::uint64_t which_avx512(const Line* const* now, const Line* before,
                                                      std::size_t count) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto words = _mm512_cmpneq_epi64_mask(_mm512_load_si512(now[i]->data()),
                                                _mm512_load_si512(before[i].data()));
    bits |= std::uint64_t{words != 0} << i;
  }
  return bits;
}
[[gnu::target("avx512f")]] bool none_avx512(const Line* const* now, const Line* before,
                                            std::size_t count) {
  auto all = _mm512_setzero_si512();
  for (std::size_t i = 0; i < count; ++i) {
    const auto difference =
        _mm512_xor_si512(_mm512_load_si512(now[i]->data()), _mm512_load_si512(before[i].data()));
    all = _mm512_or_si512(all, difference);
  }
  return _mm512_test_epi64_mask(all, all) == 0;
}

const LineCompare by_32_bytes =
    __builtin_cpu_supports("avx2") != 0 ? LineCompare{which_avx2, none_avx2} : by_words;
const LineCompare by_64_bytes =
    __builtin_cpu_supports("avx512f") != 0 ? LineCompare{which_avx512, none_avx512} : by_32_bytes;

#else

constexpr LineCompare by_32_bytes = by_words, by_64_bytes = by_words;

#endif

}  // namespace

LineCompare best_line_compare() { return by_64_bytes; }
std::array<LineCompare, 3> every_line_compare() { return {by_words, by_32_bytes, by_64_bytes}; }

}  // namespace cow::props::explore
