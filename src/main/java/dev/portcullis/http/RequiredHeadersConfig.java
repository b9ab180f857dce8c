package dev.portcullis.http;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

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
}
