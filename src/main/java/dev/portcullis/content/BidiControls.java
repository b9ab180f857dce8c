package dev.portcullis.content;

/**
 * Directional formatting (UAX #9). Overrides are removed, because they make text read as something else
 * (CVE-2021-42574, "Trojan Source"). Isolates and embeddings are balanced, so none affects text outside. Joiners and
 * marks stay.
 */
final class BidiControls {
    private static final char LRE = '\u202A';
    private static final char RLE = '\u202B';
    private static final char PDF = '\u202C';
    private static final char LRO = '\u202D';
    private static final char RLO = '\u202E';
    private static final char LRI = '\u2066';
    private static final char FSI = '\u2068';
    private static final char PDI = '\u2069';

    /** The closing characters still missing, innermost last. */
    private final StringBuilder pendingClosers = new StringBuilder();

    private final StringBuilder out;
    private int isolates;

    private BidiControls(int length) {
        this.out = new StringBuilder(length + 8);
    }

    static String balanced(String text) {
        if (!holdsFormatting(text)) {
            return text;
        }
        BidiControls controls = new BidiControls(text.length());
        text.chars().forEach(each -> controls.append((char) each));
        return controls.closed();
    }

    private static boolean holdsFormatting(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isFormatting(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    static boolean withoutOverrides(String text) {
        return text.indexOf(LRO) < 0 && text.indexOf(RLO) < 0;
    }

    private void append(char each) {
        switch (each) {
            case LRO, RLO -> {}
            case LRE, RLE -> open(each, PDF);
            case PDF -> closeEmbedding();
            case PDI -> closeIsolate();
            default -> {
                if (each >= LRI && each <= FSI) {
                    isolates++;
                    open(each, PDI);
                } else {
                    out.append(each);
                }
            }
        }
    }

    private void open(char opener, char closer) {
        pendingClosers.append(closer);
        out.append(opener);
    }

    private void closeEmbedding() {
        int last = pendingClosers.length() - 1;
        if (last >= 0 && pendingClosers.charAt(last) == PDF) {
            pendingClosers.setLength(last);
            out.append(PDF);
        }
    }

    /** The end of an isolate also ends the embeddings begun within it. */
    private void closeIsolate() {
        if (isolates == 0) {
            return;
        }
        isolates--;
        int isolate = pendingClosers.lastIndexOf(String.valueOf(PDI));
        while (pendingClosers.length() > isolate) {
            closeInnermost();
        }
    }

    private String closed() {
        while (pendingClosers.length() > 0) {
            closeInnermost();
        }
        return out.toString();
    }

    private void closeInnermost() {
        int last = pendingClosers.length() - 1;
        out.append(pendingClosers.charAt(last));
        pendingClosers.setLength(last);
    }

    private static boolean isFormatting(int each) {
        return (each >= LRE && each <= RLO) || (each >= LRI && each <= PDI);
    }
}
