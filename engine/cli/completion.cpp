#include "engine/cli/completion.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace glasspost::cli {
namespace {

std::string options_of(const CLI::App& command) {
  std::string out;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      out += " --" + name;
  }
  // A group of options is a nameless command within.
  for (const CLI::App* group : command.get_subcommands([](const CLI::App*) { return true; })) {
    out += options_of(*group);
  }
  return out;
}

/// What the arguments of a command are: files that end so.
std::string_view file_pattern(const std::string& command) {
  if (command == "show") return "*.glasspost";
  if (command == "mailbox") return "*.db";
  if (command == "verify" || command == "sign") return "*.eml";
  if (command == "check") return "@(*.yaml|*.glasspost)";
  return "*.yaml";
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string commands;
  std::string cases;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands += (commands.empty() ? "" : " ") + command->get_name();
    cases += fmt::format("    {})\n      words='{}'\n      pattern='{}'\n      ;;\n", command->get_name(),
                         options_of(*command).substr(1), file_pattern(command->get_name()));
  }
  return fmt::format(R"(# Bash completion of glasspost. To use it now: source <(glasspost completion bash)
# For good: glasspost completion bash > ~/.local/share/bash-completion/completions/glasspost
_glasspost() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words='' pattern='' restore
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{commands} --help --version' -- "$word"))
    return
  fi
  case "$before" in
    --lang) COMPREPLY=($(compgen -W 'en ko' -- "$word")); return ;;
    --state) COMPREPLY=($(compgen -d -- "$word")); return ;;
    --trace | --key | --out) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --dns) COMPREPLY=($(compgen -W 'system' -- "$word") $(compgen -f -- "$word")); return ;;
    --profile) COMPREPLY=($(compgen -W 'rfc9989 rfc7489' -- "$word")); return ;;
    --algorithm) COMPREPLY=($(compgen -W 'ed25519 rsa-2048' -- "$word")); return ;;
    completion) COMPREPLY=($(compgen -W 'bash' -- "$word")); return ;;
  esac
  case "${{COMP_WORDS[1]}}" in
{cases}  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  restore=$(shopt -p extglob)
  shopt -s extglob
  COMPREPLY=($(compgen -f -X "!$pattern" -- "$word") $(compgen -d -S / -- "$word"))
  $restore
  compopt -o nospace 2>/dev/null
  [[ ${{#COMPREPLY[@]}} -eq 1 && -f ${{COMPREPLY[0]}} ]] && compopt +o nospace 2>/dev/null
  return 0
}}
complete -o filenames -F _glasspost glasspost
)",
                     fmt::arg("commands", commands), fmt::arg("cases", cases));
}

}  // namespace glasspost::cli
