#include "engine/message/charset.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include <iconv.h>

#include "engine/base/text.h"

namespace glasspost::message {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::size_t kMaxCharsetName = 64;

struct Charset {
  std::string_view name;  // as messages write it, lower case
  const char* converter;  // iconv's name; null: UTF-8 or ASCII, which need none
};

// Supersets stand for what mail programs mean: RFC 1557 and RFC 2045 4.1.2 name the small sets, the
// characters come from the vendor's larger ones.
constexpr std::array kCharsets = {
    Charset{"utf-8", nullptr},
    Charset{"utf8", nullptr},
    Charset{"us-ascii", nullptr},
    Charset{"ascii", nullptr},
    Charset{"ansi_x3.4-1968", nullptr},
    Charset{"iso646-us", nullptr},
    Charset{"unicode-1-1-utf-8", nullptr},
    // Korean
    Charset{"euc-kr", "CP949"},
    Charset{"euckr", "CP949"},
    Charset{"ks_c_5601-1987", "CP949"},
    Charset{"ks_c_5601-1989", "CP949"},
    Charset{"ks_c_5601", "CP949"},
    Charset{"ksc5601", "CP949"},
    Charset{"ksc_5601", "CP949"},
    Charset{"ks_c-5601-1987", "CP949"},
    Charset{"ksc5601-1987", "CP949"},
    Charset{"korean", "CP949"},
    Charset{"cseuckr", "CP949"},
    Charset{"csksc56011987", "CP949"},
    Charset{"cp949", "CP949"},
    Charset{"uhc", "CP949"},
    Charset{"windows-949", "CP949"},
    Charset{"x-windows-949", "CP949"},
    Charset{"ms949", "CP949"},
    Charset{"iso-ir-149", "CP949"},
    Charset{"iso-2022-kr", "ISO-2022-KR"},
    Charset{"johab", "JOHAB"},
    // Japanese
    Charset{"iso-2022-jp", "ISO-2022-JP-2"},
    Charset{"iso-2022-jp-1", "ISO-2022-JP-2"},
    Charset{"iso-2022-jp-2", "ISO-2022-JP-2"},
    Charset{"iso-2022-jp-3", "ISO-2022-JP-3"},
    Charset{"csiso2022jp", "ISO-2022-JP-2"},
    Charset{"shift_jis", "CP932"},
    Charset{"shift-jis", "CP932"},
    Charset{"sjis", "CP932"},
    Charset{"x-sjis", "CP932"},
    Charset{"windows-31j", "CP932"},
    Charset{"cp932", "CP932"},
    Charset{"euc-jp", "EUC-JP-MS"},
    Charset{"eucjp", "EUC-JP-MS"},
    // Chinese
    Charset{"gb2312", "GB18030"},
    Charset{"gbk", "GB18030"},
    Charset{"gb18030", "GB18030"},
    Charset{"cp936", "GB18030"},
    Charset{"x-gbk", "GB18030"},
    Charset{"euc-cn", "GB18030"},
    Charset{"hz-gb-2312", "GB18030"},
    Charset{"big5", "BIG5-HKSCS"},
    Charset{"big5-hkscs", "BIG5-HKSCS"},
    Charset{"cp950", "CP950"},
    // Latin, Greek, Cyrillic, Hebrew, Arabic, Thai, Vietnamese
    Charset{"iso-8859-1", "CP1252"},
    Charset{"iso8859-1", "CP1252"},
    Charset{"iso_8859-1", "CP1252"},
    Charset{"latin1", "CP1252"},
    Charset{"l1", "CP1252"},
    Charset{"cp819", "CP1252"},
    Charset{"iso-8859-2", "ISO-8859-2"},
    Charset{"iso-8859-3", "ISO-8859-3"},
    Charset{"iso-8859-4", "ISO-8859-4"},
    Charset{"iso-8859-5", "ISO-8859-5"},
    Charset{"iso-8859-6", "ISO-8859-6"},
    Charset{"iso-8859-7", "ISO-8859-7"},
    Charset{"iso-8859-8", "ISO-8859-8"},
    Charset{"iso-8859-8-i", "ISO-8859-8"},
    Charset{"iso-8859-8-e", "ISO-8859-8"},
    Charset{"iso-8859-9", "CP1254"},
    Charset{"iso-8859-10", "ISO-8859-10"},
    Charset{"iso-8859-11", "TIS-620"},
    Charset{"iso-8859-13", "ISO-8859-13"},
    Charset{"iso-8859-14", "ISO-8859-14"},
    Charset{"iso-8859-15", "ISO-8859-15"},
    Charset{"iso-8859-16", "ISO-8859-16"},
    Charset{"latin2", "ISO-8859-2"},
    Charset{"latin-9", "ISO-8859-15"},
    Charset{"windows-1250", "CP1250"},
    Charset{"windows-1251", "CP1251"},
    Charset{"windows-1252", "CP1252"},
    Charset{"windows-1253", "CP1253"},
    Charset{"windows-1254", "CP1254"},
    Charset{"windows-1255", "CP1255"},
    Charset{"windows-1256", "CP1256"},
    Charset{"windows-1257", "CP1257"},
    Charset{"windows-1258", "CP1258"},
    Charset{"cp1250", "CP1250"},
    Charset{"cp1251", "CP1251"},
    Charset{"cp1252", "CP1252"},
    Charset{"cp1253", "CP1253"},
    Charset{"cp1254", "CP1254"},
    Charset{"cp1255", "CP1255"},
    Charset{"cp1256", "CP1256"},
    Charset{"cp1257", "CP1257"},
    Charset{"cp1258", "CP1258"},
    Charset{"windows-874", "CP874"},
    Charset{"tis-620", "TIS-620"},
    Charset{"koi8-r", "KOI8-R"},
    Charset{"koi8-u", "KOI8-U"},
    Charset{"macintosh", "MACINTOSH"},
    Charset{"x-mac-roman", "MACINTOSH"},
    Charset{"ibm437", "CP437"},
    Charset{"cp437", "CP437"},
    Charset{"ibm850", "CP850"},
    Charset{"cp850", "CP850"},
    Charset{"ibm866", "CP866"},
    Charset{"cp866", "CP866"},
    Charset{"viscii", "VISCII"},
    // Unicode in other coats
    Charset{"utf-7", "UTF-7"},
    Charset{"utf-16", "UTF-16"},
    Charset{"utf-16be", "UTF-16BE"},
    Charset{"utf-16le", "UTF-16LE"},
    Charset{"utf-32", "UTF-32"},
};

const Charset* find_charset(std::string_view name) {
  name = trim_wsp(name.substr(0, name.find('*')));  // RFC 2231 5: charset*language
  if (name.size() > kMaxCharsetName) return nullptr;
  const std::string wanted = to_lower(name);
  const auto* const found = std::find_if(kCharsets.begin(), kCharsets.end(),
                                         [&](const Charset& charset) { return charset.name == wanted; });
  return found == kCharsets.end() ? nullptr : &*found;
}

class Converter {
 public:
  explicit Converter(const char* from) : handle_(iconv_open("UTF-8", from)) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (open()) iconv_close(handle_);
  }

  [[nodiscard]] bool open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  DecodedText convert(std::string_view bytes) {
    DecodedText out;
    std::array<char, 1024> buffer{};
    std::string input(bytes);  // iconv wants a mutable pointer
    char* from = input.data();
    std::size_t left = input.size();
    while (left > 0) {
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t done = iconv(handle_, &from, &left, &to, &room);
      const int error = errno;
      out.text.append(buffer.data(), buffer.size() - room);
      if (done != static_cast<std::size_t>(-1) || error == E2BIG) continue;
      out.damaged = true;
      out.text += kReplacement;
      if (error != EILSEQ) break;  // an unfinished character at the end
      ++from;
      --left;
    }
    char* to = buffer.data();
    std::size_t room = buffer.size();
    iconv(handle_, nullptr, nullptr, &to, &room);  // what the converter still held
    out.text.append(buffer.data(), buffer.size() - room);
    return out;
  }

 private:
  iconv_t handle_;
};

DecodedText convert_with(std::string_view bytes, const char* charset) {
  Converter converter(charset);
  if (converter.open()) return converter.convert(bytes);
  return {repair_utf8(bytes), false, !is_utf8(bytes)};
}

std::size_t utf8_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return is_non_ascii(c); });
}

std::string repair_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size() + 16);
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      out += kReplacement;
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

bool is_known_charset(std::string_view charset) {
  return find_charset(charset) != nullptr;
}

DecodedText decode_charset(std::string_view bytes, std::string_view charset) {
  const Charset* known = find_charset(charset);
  if (known != nullptr && known->converter != nullptr) {
    DecodedText out = convert_with(bytes, known->converter);
    if (!is_utf8(out.text)) out.text = repair_utf8(out.text);
    return out;
  }
  if (is_utf8(bytes)) return {std::string(bytes), known != nullptr, false};
  const bool says_utf8 = known != nullptr && known->name.find("utf") != std::string_view::npos;
  if (says_utf8) return {repair_utf8(bytes), true, true};
  // 8-bit bytes under the name of ASCII or an unknown one: what a Western program most likely meant.
  DecodedText out = convert_with(bytes, "CP1252");
  out.charset_known = known != nullptr;
  out.damaged = true;
  return out;
}

}  // namespace glasspost::message
