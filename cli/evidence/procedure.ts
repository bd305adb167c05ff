import { archiveFolder, outputSumsFile, publicKeyFile, signatureFile, sumsFile } from './evidence-files.js';

/** How to check an archive without Crossfade; in each archive as VERIFY.md, and tried by a test word by word. */
export const procedure = `# Checking this archive without Crossfade

With OpenSSL 3 and sha256sum, in the folder \`${archiveFolder}\`:

    openssl pkeyutl -verify -pubin -inkey ${publicKeyFile} -rawin -in ${sumsFile} -sigfile ${signatureFile}
    sha256sum --check --strict --quiet ${sumsFile}
    if grep -q ' ${outputSumsFile}$' ${sumsFile}; then sha256sum --check --strict --quiet ${outputSumsFile}; fi

The first says 'Signature Verified Successfully', the others say nothing. The last one is about what commands have printed,
where that was given out; ${sumsFile} has the digest of its list. Then compare ${publicKeyFile} with the key that
you expect, got some other way than in this archive: whoever alters an archive can also sign it anew with a key of their own.

Each line of journal.jsonl names the SHA-256 of the line before it, without its newline, as \`previous\`; the first names
64 zeros. One after the other:

    before=$(printf '%064d' 0)
    while IFS= read -r line; do
      case $line in
        '{"withheld":true,'*) before=$(printf '%s' "$line" | sed 's/.*"hash":"sha256:\\([0-9a-f]*\\)".*/\\1/'); continue ;;
        *'"previous":"sha256:'"$before"'"'*) ;;
        *) echo "broken before: $line"; exit 1 ;;
      esac
      before=$(printf '%s' "$line" | sha256sum | cut -d ' ' -f 1)
    done < journal.jsonl
    echo "$before"

It ends with the hash of the last line. manifest.json has it as \`head\`, and where the lease of the environment was shown
the journal, also as \`anchor\`. A line that says \`withheld\` is not given out, because a secret's value stood in it; its
hash is that of the line in the store.
`;
