package dev.portcullis.ratelimit.signature;

import dev.portcullis.ratelimit.signature.SignatureFile.SignatureRule;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds signatures of attacks. Most text passes in one scan that neither allocates nor looks back. Only text with a
 * literal of a signature, or with an encoding that may hide one, is decoded and searched again; each literal is then
 * followed for a bounded distance, so the time grows with the length alone (CWE-1333). Immutable.
 */
public final class AttackSignatures {
    private static final String FILE = "signatures.json";
    private static final int LAYERS = 3;

    /** A text with so many literals of attacks, each with what has to follow it, is no ordinary one. */
    private static final int DENSE = 64;

    private static final String DENSE_NAME = "dense";

    /** NFKC makes 18 and 8 characters of these, none of them ASCII, and at most 6 of any other (CWE-400). */
    private static final Pattern LONG_LIGATURE = Pattern.compile("[\\uFDFA\\uFDFB]");

    private static final String A_LETTER = "\u0635";

    private static final AttackSignatures PUBLISHED = new AttackSignatures(SignatureFile.read(FILE));

    private final List<SignatureRule> rules;
    private final LiteralMatcher matcher;

    AttackSignatures(List<SignatureRule> rules) {
        this.rules = List.copyOf(rules);
        this.matcher =
                new LiteralMatcher(rules.stream().map(SignatureRule::literal).toList());
    }

    /** The signatures of this release. */
    public static AttackSignatures published() {
        return PUBLISHED;
    }

    /** The first signature in a text. */
    public Optional<AttackSignature> find(String text) {
        return mayHaveOne(text) ? search(normalized(text)) : Optional.empty();
    }

    private boolean mayHaveOne(String text) {
        int state = 0;
        boolean space = false;
        char last = Folding.NOTHING;
        for (int i = 0; i < text.length(); i++) {
            char raw = text.charAt(i);
            char c = Folding.fold(raw);
            if (c == ' ') {
                space = true;
                continue;
            }
            if (c == Folding.NOTHING) {
                continue;
            }
            if (Folding.isSuspicious(c) && hidesMore(text, i, c)) {
                return true;
            }
            if (space && Folding.isWord(last) && Folding.isWord(c)) {
                state = matcher.step(state, ' ');
                if (state < 0) {
                    return true;
                }
            }
            state = matcher.step(state, c);
            if (state < 0) {
                return true;
            }
            last = c;
            space = false;
        }
        return false;
    }

    private static boolean hidesMore(String text, int at, char c) {
        if (c >= 0x80) {
            return Folding.isCompatibility(c);
        }
        char following = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        return switch (c) {
            case '%' -> Character.digit(following, 16) >= 0 || (following | 32) == 'u';
            case '&' -> following == '#' || Character.isLetter(following);
            case '\\' -> following == 'x' || following == 'u';
            case '/' -> following == '*';
            case '$' -> following == '{';
            default -> false;
        };
    }

    /** Normalizes a text; the result is at most six times as long. */
    static String normalized(String text) {
        String current = compatible(text);
        for (int layer = 0; layer < LAYERS; layer++) {
            String decoded = Unescaping.once(current);
            if (decoded.equals(current)) {
                break;
            }
            current = compatible(decoded);
        }
        return Folding.collapse(Log4jLookups.resolve(current.toLowerCase(java.util.Locale.ROOT)));
    }

    private static String compatible(String text) {
        return text.chars().anyMatch(c -> c >= 0x80)
                ? Normalizer.normalize(LONG_LIGATURE.matcher(text).replaceAll(A_LETTER), Normalizer.Form.NFKC)
                : text;
    }

    private Optional<AttackSignature> search(String text) {
        int state = 0;
        int searches = 0;
        for (int i = 0; i < text.length(); i++) {
            state = matcher.step(state, text.charAt(i));
            for (int literal : matcher.found(state)) {
                SignatureRule rule = rules.get(literal);
                if (rule.follows(text, i + 1)) {
                    if (rule.precedes(text, i + 1)) {
                        return Optional.of(rule.signature());
                    }
                    if (++searches > DENSE) {
                        return Optional.of(new AttackSignature(rule.signature().kind(), DENSE_NAME));
                    }
                }
            }
        }
        return Optional.empty();
    }
}
