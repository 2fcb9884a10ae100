#include "engine/base/random.h"

#include <bit>

#include "engine/base/assert.h"

namespace glasspost {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15u;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed) {
  // FNV-1a, finished by a SplitMix step for avalanche.
  std::uint64_t hash = 0xCBF29CE484222325u ^ seed;
  for (const char c : bytes)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3u;
  return split_mix(hash);
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view host, std::string_view purpose,
                           std::uint64_t ordinal) {
  std::uint64_t key = stable_hash(host, seed);
  key = stable_hash(purpose, key);
  key ^= ordinal * 0xD1342543DE82EF95u;
  for (std::uint64_t& word : state_)
    word = split_mix(key);
}

std::uint64_t RandomStream::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  GLASSPOST_ASSERT(bound > 0);
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t draw = next();
    if (draw >= threshold) return draw % bound;
  }
}

double RandomStream::uniform() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

void RandomStream::fill(std::span<unsigned char> out) {
  std::size_t i = 0;
  while (i < out.size()) {
    std::uint64_t word = next();
    for (int k = 0; k < 8 && i < out.size(); ++k, word >>= 8)
      out[i++] = static_cast<unsigned char>(word);
  }
}

std::string RandomStream::token(std::size_t length) {
  static constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string out(length, ' ');
  for (char& c : out)
    c = kAlphabet[below(kAlphabet.size())];
  return out;
}

}  // namespace glasspost
