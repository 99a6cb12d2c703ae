"""The scripts that let bash, zsh and fish ask `tk` for completions.

Each sends the line up to the cursor in COMP_WORDS with a COMP_CWORD of -1, and drops what goes to standard error. They
are not click's scripts: those of bash and fish split or cut values with `:`, `=` and commas, and that of bash inserts
values unquoted.
"""

from __future__ import annotations

# Bash splits words at `:` and `=` too, and replaces only what follows the last of them: _TK_REPLACED tells which part.
_BASH = r"""_tk_completion() {
    local line=${COMP_LINE:0:COMP_POINT} type value quote
    quote=${line:$((${#line} - ${#2} - 1)):1}
    COMPREPLY=()
    while IFS= read -r value; do
        type=${value%%,*} value=${value#*,}
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                case $quote in
                    \") value=${value//\"/\\\"} ;;
                    \') value=${value//\'/\'\\\'\'} ;;
                    *) [[ $value == *[^[:alnum:]_.,:=@%+/-]* ]] && printf -v value %q "$value" ;;
                esac
                COMPREPLY+=("$value")
                [[ $value == *[:=,] ]] && compopt -o nospace
                ;;
        esac
    done < <(COMP_WORDS=$line COMP_CWORD=-1 _TK_REPLACED=$2 _TK_COMPLETE=bash_complete "$1" 2>/dev/null </dev/null)
    return 0
}

complete -o nosort -F _tk_completion tk
complete -o nosort -F _tk_completion plaintickets"""

_ZSH = r"""#compdef tk plaintickets

_tk_completion() {
    local line type value about
    local -a response plain open described opendescribed
    line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX"
    response=("${(@f)$(COMP_WORDS=$line COMP_CWORD=-1 _TK_COMPLETE=zsh_complete $words[1] 2>/dev/null </dev/null)}")
    for type value about in "${response[@]}"; do
        case $type in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                case "$value $about" in
                    *[:=,]' '_) open+=("$value") ;;
                    *' '_) plain+=("$value") ;;
                    *) [[ $value == *[:=,] ]] && opendescribed+=("$value:$about") || described+=("$value:$about") ;;
                esac
                ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described -U
    (( $#opendescribed )) && _describe -V unsorted opendescribed -U -S ''
    (( $#plain )) && compadd -U -V unsorted -a plain
    (( $#open )) && compadd -U -S '' -V unsorted -a open
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _tk_completion "$@"
else
    compdef _tk_completion tk plaintickets
fi"""

_FISH = r"""function _tk_completion
    set -l line (commandline -cp | string collect)
    for completion in (env COMP_WORDS=$line COMP_CWORD=-1 _TK_COMPLETE=fish_complete $argv[1] 2>/dev/null </dev/null)
        set -l parts (string split --max 1 , -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories (commandline -ct)
            case file
                __fish_complete_path (commandline -ct)
            case plain
                echo $parts[2]
        end
    end
end

complete --no-files --command tk --arguments "(_tk_completion tk)"
complete --no-files --command plaintickets --arguments "(_tk_completion plaintickets)"
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH.rstrip("\n")}
