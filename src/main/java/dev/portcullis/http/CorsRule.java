package dev.portcullis.http;

import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Optional;

/** Which page may read an answer: the same that may connect. */
public final class CorsRule {
    private final OriginRule origins;

    public CorsRule(OriginRule origins) {
        this.origins = origins;
    }

    /** The value of {@code Access-Control-Allow-Origin}, never {@code *}; none where no page asked or none is allowed. */
    public Optional<String> allowed(List<String> originLines) {
        Verdict verdict = origins.judge(originLines, false);
        return verdict.fold(() -> originLines.stream().findFirst(), refused -> Optional.empty());
    }
}
