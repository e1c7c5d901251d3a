# For the other scripts here: files_of <ending>… prints the tree's own files with these endings, each ended by a zero
# byte; with no ending, all of them. In a git work tree those that git knows or would add, else all but build folders.
files_of() {
    local patterns=() ending
    for ending in "$@"; do
        patterns+=("*.$ending")
    done
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -z --cached --others --exclude-standard -- "${patterns[@]}" | while IFS= read -r -d '' file; do
            [[ ! -e $file ]] || printf '%s\0' "$file"
        done
    else
        local tests=(-false)
        for ending in "$@"; do
            tests+=(-o -name "*.$ending")
        done
        (($#)) || tests=(-true)
        find . \( -name 'build*' -o -name node_modules -o -name .git \) -prune -o -type f \( "${tests[@]}" \) -print0
    fi
}
