package dev.portcullis.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** How JSON of clients is parsed, whatever it is wrapped in: two parsers must not take one text for two (CWE-436). */
public final class ClientJson {
    private ClientJson() {}

    /**
     * Names and numbers are bounded by the size of the input: a long name violates the schema, but is still JSON, and long
     * numbers are refused where a frame is read, so that the answer is the same whatever it is wrapped in. The encoding is
     * always UTF-8 and never detected, because NULs would make the parser assume UTF-16. Names are not kept beyond their text
     * (CWE-770).
     */
    public static JsonFactory factory(int maxDepth) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .build())
                .build();
    }
}
