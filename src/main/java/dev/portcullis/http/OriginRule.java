package dev.portcullis.http;

import dev.portcullis.http.OriginConfig.Missing;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Optional;

/** Decides whether a page of an origin may connect. Prevents cross-site WebSocket hijacking (CWE-1385). */
public final class OriginRule {
    private static final Verdict REFUSED = Verdict.refused(Reason.FORBIDDEN);

    private final OriginConfig config;

    public OriginRule(OriginConfig config) {
        this.config = config;
    }

    /**
     * @param origins every Origin header of the request; browsers send one, so two are an attempt to make servers
     *     disagree
     * @param withBearer whether the handshake carries a token outside of a cookie
     */
    public Verdict judge(List<String> origins, boolean withBearer) {
        if (origins.isEmpty()) {
            return mayBeMissing(withBearer) ? Verdict.GRANTED : REFUSED;
        }
        Optional<WebOrigin> origin = origins.size() == 1 ? WebOrigin.parse(origins.get(0)) : Optional.empty();
        return origin.filter(this::isAllowed).isPresent() ? Verdict.GRANTED : REFUSED;
    }

    private boolean mayBeMissing(boolean withBearer) {
        return config.missing() == Missing.ALLOW || (config.missing() == Missing.ALLOW_WITH_BEARER && withBearer);
    }

    private boolean isAllowed(WebOrigin origin) {
        return config.allowed().stream().anyMatch(each -> each.admits(origin));
    }
}
