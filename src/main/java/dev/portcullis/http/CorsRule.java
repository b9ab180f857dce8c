package dev.portcullis.http;

import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Optional;

/** Decides which pages may read a response: those that may also connect. */
public final class CorsRule {
    private final OriginRule origins;

    public CorsRule(OriginRule origins) {
        this.origins = origins;
    }

    /**
     * The value of {@code Access-Control-Allow-Origin}, never {@code *}; empty if the request has no origin, or one
     * that is not allowed.
     */
    public Optional<String> allowed(List<String> originLines) {
        Verdict verdict = origins.judge(originLines, false);
        return verdict.fold(() -> originLines.stream().findFirst(), refused -> Optional.empty());
    }
}
