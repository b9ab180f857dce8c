package dev.portcullis.http;

import dev.portcullis.config.Live;
import dev.portcullis.http.OriginConfig.Missing;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Optional;

/** Decides whether a page of an origin may connect. Prevents cross-site WebSocket hijacking (CWE-1385). */
public final class OriginRule {
    private static final Verdict REFUSED = Verdict.refused(Reason.FORBIDDEN);

    private final Live<OriginConfig> config;

    public OriginRule(Live<OriginConfig> config) {
        this.config = config;
    }

    /**
     * @param origins every Origin header of the request; browsers send one, so two are an attempt to make servers
     *     disagree
     * @param withBearer whether the handshake carries a token outside of a cookie
     */
    public Verdict judge(List<String> origins, boolean withBearer) {
        OriginConfig now = config.get();
        if (origins.isEmpty()) {
            return mayBeMissing(now.missing(), withBearer) ? Verdict.GRANTED : REFUSED;
        }
        Optional<WebOrigin> origin = origins.size() == 1 ? WebOrigin.parse(origins.get(0)) : Optional.empty();
        return origin.filter(each -> isAllowed(now, each)).isPresent() ? Verdict.GRANTED : REFUSED;
    }

    private static boolean mayBeMissing(Missing missing, boolean withBearer) {
        return missing == Missing.ALLOW || (missing == Missing.ALLOW_WITH_BEARER && withBearer);
    }

    private static boolean isAllowed(OriginConfig config, WebOrigin origin) {
        return config.allowed().stream().anyMatch(each -> each.admits(origin));
    }
}
