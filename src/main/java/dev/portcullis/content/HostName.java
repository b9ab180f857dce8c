package dev.portcullis.content;

import java.lang.Character.UnicodeScript;
import java.net.IDN;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the name of a host as a reader sees it. */
final class HostName {
    private static final int MAX_LENGTH = 253;

    /**
     * The parts of a name that a browser reads as a number of an address: decimal, octal or hexadecimal, even a bare {@code 0x}.
     */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

    /** Scripts that people write together in one word (UTS #39, "highly restrictive", without Latin). */
    private static final List<Set<UnicodeScript>> TOGETHER = List.of(
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA),
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.BOPOMOFO),
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.HANGUL));

    /**
     * Scripts with letters that look like Latin ones. Next to a Latin label such as {@code .com} they disguise a name.
     */
    private static final Set<UnicodeScript> LIKE_LATIN = EnumSet.of(
            UnicodeScript.CYRILLIC,
            UnicodeScript.GREEK,
            UnicodeScript.ARMENIAN,
            UnicodeScript.CHEROKEE,
            UnicodeScript.COPTIC,
            UnicodeScript.LISU);

    private HostName() {}

    static boolean isSingleScript(String host) {
        if (host.length() > MAX_LENGTH) {
            return false;
        }
        // A browser maps full-width letters and dots in the same way before it resolves the name (UTS #46).
        String seen = Normalizer.normalize(host, Normalizer.Form.NFKC)
                .replace('\u3002', '.')
                .toUpperCase(Locale.ROOT) // the mark U+0345 becomes a letter in capitals alone
                .toLowerCase(Locale.ROOT);
        String name = seen.endsWith(".") ? seen.substring(0, seen.length() - 1) : seen;
        List<String> labels = List.of(name.split("\\.", -1));
        if (NUMBER.matcher(labels.get(labels.size() - 1)).matches()) {
            return false;
        }
        EnumSet<UnicodeScript> all = EnumSet.noneOf(UnicodeScript.class);
        for (String label : labels) {
            String decoded = decoded(label);
            Set<UnicodeScript> scripts = scriptsOf(decoded);
            if (!isLabel(decoded) || !belongTogether(scripts)) {
                return false;
            }
            all.addAll(scripts);
        }
        return !all.contains(UnicodeScript.LATIN) || all.stream().noneMatch(LIKE_LATIN::contains);
    }

    /** Decodes Punycode as a browser shows it. A label that does not decode becomes empty, which is no valid label. */
    private static String decoded(String label) {
        if (!label.startsWith("xn--")) {
            return label;
        }
        String decoded = IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED);
        return decoded.equals(label) ? "" : decoded;
    }

    private static boolean isLabel(String label) {
        return !label.isEmpty() && label.codePoints().allMatch(HostName::isNamePart);
    }

    private static boolean isNamePart(int codePoint) {
        return codePoint == '-' || codePoint == '_' || (isLetterOrMark(codePoint) && !disguises(codePoint));
    }

    private static boolean isLetterOrMark(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isLetterOrDigit(codePoint)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    /**
     * A browser drops some characters that are not drawn: what remains is another name, or an address (UTS #46). A stroke
     * across a letter looks like the slash behind a name.
     */
    private static boolean disguises(int codePoint) {
        return DefaultIgnorable.contains(codePoint)
                || (codePoint >= 0x334 && codePoint <= 0x338)
                || (codePoint >= 0x20D0 && codePoint <= 0x20FF);
    }

    private static Set<UnicodeScript> scriptsOf(String label) {
        EnumSet<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        label.codePoints().forEach(each -> scripts.add(UnicodeScript.of(each)));
        scripts.remove(UnicodeScript.COMMON);
        scripts.remove(UnicodeScript.INHERITED);
        return scripts;
    }

    private static boolean belongTogether(Set<UnicodeScript> scripts) {
        return scripts.size() <= 1 || TOGETHER.stream().anyMatch(each -> each.containsAll(scripts));
    }
}
