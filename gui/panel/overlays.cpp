// The menu, the form of "Send as...", and the help.

#include "gui/panel/overlays.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

constexpr int kLayer = 2;

// The sheet that an overlay is written on; what is left for its content.
Rect sheet(Frame& frame, const Rect& window, float width, float height, std::string_view id,
           const std::string& title) {
  const Theme& theme = frame.theme();
  frame.pen().fill(window, faded(rgb(0x000000), 0.35F));
  width = std::min(width, window.w - frame.px(24));
  height = std::min(height, window.h - frame.px(24));
  const Rect box{window.center().x - width / 2, window.center().y - height / 2, width, height};
  frame.enter("overlay", id, box, true, kLayer, title);
  frame.pen().fill(box, theme.surface, frame.px(12));
  frame.pen().outline(box, theme.edge, frame.line_width(1.5F), frame.px(12));
  Rect rest = box.inset(frame.px(22), frame.px(16));
  Rect head = rest.cut_top(frame.px(42));
  const Rect close = head.cut_right(frame.px(38));
  if (icon_button(frame, "overlay.close", {close.x, close.y, close.w, close.w}, icon::kCross,
                  frame.words()("studio.close"), true, false, kLayer)) {
    frame.emit(SetOverlay{Overlay::kNone});
  }
  frame.text(head, title, frame.style(Type::kTitle, theme.ink, Face::kBold), kLayer);
  rest.cut_top(frame.px(6));
  return rest;
}

struct Choice {
  std::string id;
  std::string words;
  bool on = false;
  Command command;
};

// A row of buttons below a heading; goes on in the next row where it must.
void choices(Frame& frame, Rect& rest, std::string_view heading, std::vector<Choice> all) {
  const float height = frame.px(38);
  const float gap = frame.px(8);
  if (rest.h < height) return;
  Rect row = rest.cut_top(height);
  const float label = std::min(rest.w * 0.3F, frame.px(150));
  frame.text(row.cut_left(label), frame.words()(heading), frame.style(Type::kBody, frame.theme().muted),
             kLayer);
  float x = row.x;
  for (Choice& choice : all) {
    const float width = std::min(row.w, button_width(frame, {}, choice.words));
    if (x + width > row.right() + 1 && x > row.x) {
      rest.cut_top(gap);
      if (rest.h < height) return;
      row = rest.cut_top(height);
      row.cut_left(label);
      x = row.x;
    }
    if (button(frame, choice.id, {x, row.y, width, height}, {}, choice.words, true, choice.on, Type::kBody,
               kLayer)) {
      frame.emit(std::move(choice.command));
    }
    x += width + gap;
  }
  rest.cut_top(gap * 1.5F);
}

void draw_menu(Frame& frame, const Rect& window, const Recording* run, const ViewState& view) {
  const Speaker& words = frame.words();
  Rect rest = sheet(frame, window, frame.px(860), frame.px(800), "menu", words("studio.menu"));
  if (run != nullptr) {
    choices(frame, rest, "studio.layout",
            {{"menu.stage", words("studio.layout-stage"), view.layout == Layout::kStage,
              SetLayout{Layout::kStage}},
             {"menu.explore", words("studio.layout-explore"), view.layout == Layout::kExplore,
              SetLayout{Layout::kExplore}},
             {"menu.mailboxes", words("studio.layout-mailboxes"), view.layout == Layout::kMailboxes,
              SetLayout{Layout::kMailboxes}}});
    if (run->scenario() != nullptr) {
      std::vector<Choice> variants{
          {"variant.", words("studio.as-written"), run->variant().empty(), RunVariant{}}};
      for (const scenario::Variant& variant : run->scenario()->variants) {
        const bool korean = view.language == Language::kKorean && !variant.title.ko.empty();
        variants.push_back({"variant." + variant.name, korean ? variant.title.ko : variant.title.en,
                            run->variant() == variant.name, RunVariant{variant.name}});
      }
      if (variants.size() > 1) choices(frame, rest, "studio.variants", std::move(variants));
      choices(frame, rest, "studio.act",
              {{"menu.send", words("studio.send-as"), false, SetOverlay{Overlay::kSendAs}}});
    }
  }
  choices(frame, rest, "studio.language",
          {{"language.en", words("studio.language-en"), view.language == Language::kEnglish,
            SetLanguage{Language::kEnglish}},
           {"language.ko", words("studio.language-ko"), view.language == Language::kKorean,
            SetLanguage{Language::kKorean}}});
  choices(
      frame, rest, "studio.theme",
      {{"theme.light", words("studio.theme-light"), view.theme == ThemeName::kLight,
        SetTheme{ThemeName::kLight}},
       {"theme.dark", words("studio.theme-dark"), view.theme == ThemeName::kDark, SetTheme{ThemeName::kDark}},
       {"theme.contrast", words("studio.theme-contrast"), view.theme == ThemeName::kHighContrast,
        SetTheme{ThemeName::kHighContrast}},
       {"theme.colour-blind", words("studio.theme-colour-blind"), view.theme == ThemeName::kColourBlindSafe,
        SetTheme{ThemeName::kColourBlindSafe}}});
  choices(frame, rest, "studio.scale",
          {{"scale.100", "100%", view.scale < 1.1F, SetScale{1}},
           {"scale.150", "150%", view.scale > 1.4F && view.scale < 1.6F, SetScale{1.5F}},
           {"scale.200", "200%", view.scale > 1.9F && view.scale < 2.1F, SetScale{2}},
           {"scale.300", "300%", view.scale > 2.9F, SetScale{3}}});
  choices(frame, rest, "studio.motion",
          {{"motion.full", words("studio.motion-full"), !view.reduced_motion, SetReducedMotion{false}},
           {"motion.reduced", words("studio.motion-reduced"), view.reduced_motion, SetReducedMotion{true}}});
  choices(frame, rest, "studio.help",
          {{"menu.help", words("studio.help-keys"), false, SetOverlay{Overlay::kHelp}},
           {"menu.quit", words("studio.quit"), false, Quit{}}});
  frame.leave();
}

// One labelled field; gives the changed text.
void form_field(Frame& frame, Rect& rest, std::string_view id, std::string_view key,
                std::string SendForm::*member, SendForm& form, bool& changed) {
  const float height = frame.px(38);
  if (rest.h < height) return;
  Rect row = rest.cut_top(height);
  const std::string label = frame.words()(key);
  frame.text(row.cut_left(std::min(rest.w * 0.34F, frame.px(230))), label,
             frame.style(Type::kBody, frame.theme().ink), kLayer);
  if (auto text = text_field(frame, id, row, label, form.*member, kLayer)) {
    form.*member = std::move(*text);
    changed = true;
  }
  rest.cut_top(frame.px(7));
}

void draw_send_form(Frame& frame, const Rect& window, const Recording* run, const ViewState& view) {
  const Speaker& words = frame.words();
  Rect rest = sheet(frame, window, frame.px(860), frame.px(650), "send-as", words("studio.send-as"));
  SendForm form = view.form;
  bool changed = false;
  if (run != nullptr && run->scenario() != nullptr) {
    std::vector<Choice> hosts;
    for (const scenario::Host& host : run->scenario()->hosts) {
      const bool name_server = host.name_server || host.resolver;
      if (name_server || hosts.size() >= 6) continue;
      SendForm with = form;
      with.host = host.name;
      hosts.push_back({"send.host." + host.name, run->names().shorten(host.name), form.host == host.name,
                       UpdateForm{with}});
    }
    choices(frame, rest, "studio.form-host", std::move(hosts));
  }
  form_field(frame, rest, "send.helo", "studio.form-helo", &SendForm::helo, form, changed);
  form_field(frame, rest, "send.envelope", "studio.form-envelope-from", &SendForm::envelope_from, form,
             changed);
  form_field(frame, rest, "send.to", "studio.form-to", &SendForm::to, form, changed);
  form_field(frame, rest, "send.from", "studio.form-from", &SendForm::from, form, changed);
  form_field(frame, rest, "send.subject", "studio.form-subject", &SendForm::subject, form, changed);
  const float height = frame.px(42);
  Rect foot = rest.cut_bottom(height);
  rest.cut_bottom(frame.px(10));
  if (rest.h > frame.px(30)) {
    if (auto text = text_area(frame, "send.text", rest, words("studio.form-text"), form.text, kLayer)) {
      form.text = std::move(*text);
      changed = true;
    }
  }
  if (changed) frame.emit(UpdateForm{form});
  const std::string send = words("studio.form-send");
  const bool ready = !form.host.empty() && form.to.find('@') != std::string::npos;
  const float width = button_width(frame, icon::kSend, send) + frame.px(24);
  if (button(frame, "send.go", foot.cut_right(width), icon::kSend, send, ready, ready, Type::kBody, kLayer)) {
    frame.emit(SendAs{form});
  }
  foot.cut_right(frame.px(12));
  frame.text(foot, words("studio.form-note"), frame.style(Type::kDense, frame.theme().muted), kLayer);
  frame.leave();
}

void draw_help(Frame& frame, const Rect& window, const std::string& about) {
  constexpr std::pair<std::string_view, std::string_view> kKeys[] = {
      {"Space", "studio.key-play"},
      {"\u2190  \u2192", "studio.key-exchange"},
      {"Shift \u2190 \u2192", "studio.key-event"},
      {"Ctrl \u2190 \u2192", "studio.key-scene"},
      {"PgUp  PgDn", "studio.key-scene"},
      {"Home  End", "studio.key-ends"},
      {",  .", "studio.key-cause"},
      {"1  2  4", "studio.key-layouts"},
      {"-  +", "studio.key-speed"},
      {"Ctrl - +", "studio.key-scale"},
      {"B", "studio.key-blank"},
      {"L   T", "studio.key-language"},
      {"Tab  Enter", "studio.key-focus"},
      {"F11   Esc", "studio.key-full"}};
  const Speaker& words = frame.words();
  Rect rest = sheet(frame, window, frame.px(760), frame.px(600), "help", words("studio.help-keys"));
  if (!about.empty()) {
    frame.paragraph(rest.cut_top(frame.px(56)), about,
                    frame.style(Type::kBody, frame.theme().accent, Face::kBold), 2, kLayer);
  }
  for (const auto& [key, meaning] : kKeys) {
    const float height = frame.px(33);
    if (rest.h < height) break;
    Rect row = rest.cut_top(height);
    frame.text(row.cut_left(frame.px(170)), key, frame.style(Type::kBody, frame.theme().ink, Face::kBold),
               kLayer);
    frame.text(row, words(meaning), frame.style(Type::kBody, frame.theme().ink), kLayer);
  }
  frame.leave();
}

}  // namespace

void draw_overlay(Frame& frame, const Rect& window, const Recording* recording, const ViewState& view,
                  const std::string& help) {
  switch (view.overlay) {
    case Overlay::kNone:
    case Overlay::kFinder:
      break;
    case Overlay::kMenu:
      draw_menu(frame, window, recording, view);
      break;
    case Overlay::kSendAs:
      draw_send_form(frame, window, recording, view);
      break;
    case Overlay::kHelp:
      draw_help(frame, window, help);
      break;
  }
}

}  // namespace glasspost::gui
