package dev.portcullis.content;

/**
 * Directional formatting (UAX #9). Overrides go, as they make text read as what it is not (CVE-2021-42574, "Trojan
 * Source"); isolates and embeddings are balanced, so that none reaches beyond its own text. Joiners and marks stay.
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

    /** The closers still owed, innermost last. */
    private final StringBuilder owed = new StringBuilder();

    private final StringBuilder out;
    private int isolates;

    private BidiControls(int length) {
        this.out = new StringBuilder(length + 8);
    }

    static String balanced(String text) {
        if (text.chars().noneMatch(BidiControls::isFormatting)) {
            return text;
        }
        BidiControls directions = new BidiControls(text.length());
        text.chars().forEach(each -> directions.take((char) each));
        return directions.closed();
    }

    private void take(char each) {
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
        owed.append(closer);
        out.append(opener);
    }

    private void closeEmbedding() {
        int last = owed.length() - 1;
        if (last >= 0 && owed.charAt(last) == PDF) {
            owed.setLength(last);
            out.append(PDF);
        }
    }

    /** The end of an isolate also ends the embeddings begun within it. */
    private void closeIsolate() {
        if (isolates == 0) {
            return;
        }
        isolates--;
        int isolate = owed.lastIndexOf(String.valueOf(PDI));
        while (owed.length() > isolate) {
            settle();
        }
    }

    private String closed() {
        while (owed.length() > 0) {
            settle();
        }
        return out.toString();
    }

    private void settle() {
        int last = owed.length() - 1;
        out.append(owed.charAt(last));
        owed.setLength(last);
    }

    private static boolean isFormatting(int each) {
        return (each >= LRE && each <= RLO) || (each >= LRI && each <= PDI);
    }
}
