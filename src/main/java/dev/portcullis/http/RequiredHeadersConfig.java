package dev.portcullis.http;

import dev.portcullis.config.Section;
import dev.portcullis.config.crypto.ConstantTime;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Headers that every handshake must carry. */
public record RequiredHeadersConfig(Map<String, HeaderRule> requiredHeaders) {
    /** RFC 9110 section 5.6.2, a token. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    public static RequiredHeadersConfig read(Section handshake) {
        return new RequiredHeadersConfig(handshake.secretTable(
                "requiredHeaders",
                NAME,
                "a value, or a pattern as /…/",
                "headers that every handshake must carry once, name to value or /pattern/",
                HeaderRule::parse));
    }

    /** @param lines all values of a header; a header that came twice is refused */
    public Verdict judge(Function<String, List<String>> lines) {
        boolean all = requiredHeaders.entrySet().stream().allMatch(required -> {
            List<String> values = lines.apply(required.getKey());
            return values.size() == 1 && required.getValue().admits(values.get(0));
        });
        return all ? Verdict.GRANTED : Verdict.refused(Reason.FORBIDDEN);
    }

    /** The required value of a header. */
    public sealed interface HeaderRule {
        boolean admits(String value);

        /**
         * {@code /…/} is a pattern for the whole value; any other text is the exact value. Empty for an invalid pattern.
         */
        static Optional<HeaderRule> parse(String text) {
            if (text.length() < 2 || !text.startsWith("/") || !text.endsWith("/")) {
                return Optional.of(new Exactly(text));
            }
            try {
                return Optional.of(new Like(Pattern.compile(text.substring(1, text.length() - 1))));
            } catch (PatternSyntaxException invalid) {
                return Optional.empty();
            }
        }

        /** The value may be a secret shared with a proxy: it is compared in constant time (CWE-208), and not printed. */
        record Exactly(String wanted) implements HeaderRule {
            @Override
            public boolean admits(String value) {
                return ConstantTime.isEqual(wanted, value);
            }

            @Override
            public String toString() {
                return "Exactly[…]";
            }
        }

        record Like(Pattern form) implements HeaderRule {
            /** A pattern of the operator may backtrack; the length limit bounds its cost (CWE-1333). */
            private static final int LONGEST = 512;

            @Override
            public boolean admits(String value) {
                return value.length() <= LONGEST && form.matcher(value).matches();
            }
        }
    }
}
