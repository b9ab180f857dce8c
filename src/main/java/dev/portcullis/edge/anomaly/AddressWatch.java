package dev.portcullis.edge.anomaly;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.anomaly.NodeScores.Threshold;
import dev.portcullis.http.IpAddress;
import dev.portcullis.ratelimit.anomaly.AddressEvent;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig.Signatures.Mode;
import dev.portcullis.ratelimit.signature.AttackSignature;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Watches addresses, by the acts of clients without a session. The acts of an authenticated user never count for an address.
 */
public final class AddressWatch {
    private static final Set<TokenDefect> FORGED = EnumSet.of(
            TokenDefect.MALFORMED, TokenDefect.CRITICAL_HEADER, TokenDefect.WRONG_ALGORITHM, TokenDefect.BAD_SIGNATURE);

    private final NodeScores node;
    private final Predicate<IpAddress> banned;

    AddressWatch(NodeScores node, Predicate<IpAddress> banned) {
        this.node = node;
        this.banned = banned;
    }

    /** A client without a session sent a token that was refused. An expired token was genuine once, and counts nothing. */
    public void tokenRefused(String address, Optional<TokenDefect> defect) {
        defect.filter(FORGED::contains)
                .flatMap(any -> IpAddress.parse(address))
                .ifPresent(each -> count(each, AddressEvent.INVALID_TOKEN));
    }

    /** A client sent a handshake that no WebSocket client sends. */
    public void malformedHandshake(String address) {
        IpAddress.parse(address).ifPresent(each -> count(each, AddressEvent.MALFORMED_HANDSHAKE));
    }

    /** Events of a banned address do not count, so they make its ban no longer. */
    private void count(IpAddress address, AddressEvent event) {
        if (!banned.test(address) && node.raises(address, event)) {
            node.reached(Threshold.ADDRESS, event.id(), about(address));
            node.ban(address);
        }
    }

    /**
     * Looks for a signature of an attack in a refused request.
     *
     * @param counts whether the sender may be held responsible: a page can have a victim's browser send any target
     */
    public void inspect(IpAddress address, RequestText text, boolean counts) {
        Mode mode = node.modes().requests();
        Optional<AttackSignature> signature = mode == Mode.OFF
                ? Optional.empty()
                : text.parts().flatMap(part -> node.find(part).stream()).findFirst();
        signature.ifPresent(each -> {
            node.found(each, about(address));
            if (counts && mode == Mode.SCORE) {
                count(address, AddressEvent.SIGNATURE);
            }
        });
    }

    private static AuditEvent about(IpAddress address) {
        return AuditEvent.of(EventName.WS_ANOMALY).ip(address.toString());
    }
}
