#include "engine/crypto/library.h"

#include <string>
#include <utility>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "engine/base/assert.h"
#include "engine/crypto/openssl.h"

namespace glasspost::crypto {
namespace {

constexpr const char* kGeneratorName = "GLASSPOST-STREAM";
constexpr std::size_t kLargestRequest = 65536;
constexpr unsigned kStrengthBits = 256;

// The provider below gives OpenSSL one algorithm: a random generator that hands out a RandomStream's bytes.
// Its functions have the shapes that provider-rand(7) asks for. The provider's context is one pointer, to the
// stream that is current.
struct Generator {
  RandomStream** current = nullptr;
  int state = EVP_RAND_STATE_UNINITIALISED;
};

void* generator_new(void* provider, void*, const OSSL_DISPATCH*) {
  auto* generator = new Generator;
  generator->current = static_cast<RandomStream**>(provider);
  return generator;
}

void generator_free(void* generator) {
  delete static_cast<Generator*>(generator);
}

int generator_instantiate(void* generator, unsigned, int, const unsigned char*, std::size_t,
                          const OSSL_PARAM*) {
  static_cast<Generator*>(generator)->state = EVP_RAND_STATE_READY;
  return 1;
}

int generator_uninstantiate(void* generator) {
  static_cast<Generator*>(generator)->state = EVP_RAND_STATE_UNINITIALISED;
  return 1;
}

int generator_generate(void* generator, unsigned char* out, std::size_t length, unsigned, int,
                       const unsigned char*, std::size_t) {
  RandomStream* stream = *static_cast<Generator*>(generator)->current;
  if (stream == nullptr) return 0;  // no RandomScope: nothing unrepeatable may slip in
  stream->fill({out, length});
  return 1;
}

int generator_reseed(void*, int, const unsigned char*, std::size_t, const unsigned char*, std::size_t) {
  return 1;
}

int generator_enable_locking(void*) {
  return 1;
}
int generator_lock(void*) {
  return 1;
}
void generator_unlock(void*) {}

const OSSL_PARAM* generator_gettable(void*, void*) {
  static const OSSL_PARAM kParameters[] = {
      OSSL_PARAM_int(OSSL_RAND_PARAM_STATE, nullptr), OSSL_PARAM_uint(OSSL_RAND_PARAM_STRENGTH, nullptr),
      OSSL_PARAM_size_t(OSSL_RAND_PARAM_MAX_REQUEST, nullptr), OSSL_PARAM_END};
  return kParameters;
}

int generator_get_parameters(void* generator, OSSL_PARAM parameters[]) {
  OSSL_PARAM* wanted = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_STATE);
  if (wanted != nullptr && OSSL_PARAM_set_int(wanted, static_cast<Generator*>(generator)->state) == 0)
    return 0;
  wanted = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_STRENGTH);
  if (wanted != nullptr && OSSL_PARAM_set_uint(wanted, kStrengthBits) == 0) return 0;
  wanted = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_MAX_REQUEST);
  if (wanted != nullptr && OSSL_PARAM_set_size_t(wanted, kLargestRequest) == 0) return 0;
  return 1;
}

template <class Function>
OSSL_DISPATCH entry(int id, Function* function) {
  return {id, reinterpret_cast<void (*)(void)>(function)};
}

const OSSL_ALGORITHM* provided(void*, int operation, int* do_not_cache) {
  static const OSSL_DISPATCH kFunctions[] = {entry(OSSL_FUNC_RAND_NEWCTX, generator_new),
                                             entry(OSSL_FUNC_RAND_FREECTX, generator_free),
                                             entry(OSSL_FUNC_RAND_INSTANTIATE, generator_instantiate),
                                             entry(OSSL_FUNC_RAND_UNINSTANTIATE, generator_uninstantiate),
                                             entry(OSSL_FUNC_RAND_GENERATE, generator_generate),
                                             entry(OSSL_FUNC_RAND_RESEED, generator_reseed),
                                             entry(OSSL_FUNC_RAND_ENABLE_LOCKING, generator_enable_locking),
                                             entry(OSSL_FUNC_RAND_LOCK, generator_lock),
                                             entry(OSSL_FUNC_RAND_UNLOCK, generator_unlock),
                                             entry(OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, generator_gettable),
                                             entry(OSSL_FUNC_RAND_GET_CTX_PARAMS, generator_get_parameters),
                                             {0, nullptr}};
  static const OSSL_ALGORITHM kAlgorithms[] = {
      {kGeneratorName, "provider=glasspost", kFunctions, "bytes of the world's seeded streams"},
      {nullptr, nullptr, nullptr, nullptr}};
  *do_not_cache = 0;
  return operation == OSSL_OP_RAND ? kAlgorithms : nullptr;
}

void tear_down(void* provider) {
  delete static_cast<RandomStream**>(provider);
}

int initialise_provider(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** out,
                        void** provider) {
  static const OSSL_DISPATCH kFunctions[] = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, provided),
                                             entry(OSSL_FUNC_PROVIDER_TEARDOWN, tear_down),
                                             {0, nullptr}};
  *out = kFunctions;
  *provider = new RandomStream*(nullptr);
  return 1;
}

}  // namespace

LibraryState::~LibraryState() {
  if (context == nullptr) return;
  if (generator != nullptr) OSSL_PROVIDER_unload(generator);
  if (algorithms != nullptr) OSSL_PROVIDER_unload(algorithms);
  OSSL_LIB_CTX_free(context);
}

std::string openssl_reason(std::string_view what) {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text(what);
  if (reason != nullptr) text.append(": ").append(reason);
  return text;
}

BioPtr reading_bio(std::string_view bytes) {
  return BioPtr(BIO_new_mem_buf(bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size())));
}

std::string written(BIO* bio) {
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio, &bytes);
  return length > 0 ? std::string(bytes, static_cast<std::size_t>(length)) : std::string();
}

Library Library::real() {
  return Library(std::make_shared<LibraryState>());
}

Result<Library> Library::seeded() {
  auto state = std::make_shared<LibraryState>();
  state->context = OSSL_LIB_CTX_new();
  if (state->context == nullptr) return openssl_failure("no library context");
  if (OSSL_PROVIDER_add_builtin(state->context, "glasspost", initialise_provider) == 0) {
    return openssl_failure("no random provider");
  }
  state->algorithms = OSSL_PROVIDER_load(state->context, "default");
  state->generator = OSSL_PROVIDER_load(state->context, "glasspost");
  if (state->algorithms == nullptr || state->generator == nullptr) {
    return openssl_failure("no OpenSSL provider");
  }
  state->current = static_cast<RandomStream**>(OSSL_PROVIDER_get0_provider_ctx(state->generator));
  if (RAND_set_DRBG_type(state->context, kGeneratorName, nullptr, nullptr, nullptr) == 0 ||
      RAND_set_seed_source_type(state->context, kGeneratorName, nullptr) == 0) {
    return openssl_failure("the random generator cannot be chosen");
  }
  return Library(std::move(state));
}

bool Library::is_seeded() const {
  return state_->context != nullptr;
}

RandomScope::RandomScope(const Library& library, RandomStream& stream) : library_(library) {
  RandomStream** current = library_.state().current;
  if (current != nullptr) outer_ = std::exchange(*current, &stream);
}

RandomScope::~RandomScope() {
  RandomStream** current = library_.state().current;
  if (current != nullptr) *current = outer_;
}

}  // namespace glasspost::crypto
