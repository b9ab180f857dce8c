package dev.portcullis.edge.handshake;

import dev.portcullis.http.OriginRule;
import dev.portcullis.http.RequiredHeadersConfig;
import dev.portcullis.protocol.Verdict;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The checks of a handshake that need no counter, store or other stage. */
public final class HandshakeRules {
    private final boolean tlsRequired;
    private final BooleanSupplier draining;
    private final OriginRule origins;
    private final RequiredHeadersConfig required;

    public HandshakeRules(
            boolean tlsRequired, BooleanSupplier draining, OriginRule origins, RequiredHeadersConfig required) {
        this.tlsRequired = tlsRequired;
        this.draining = draining;
        this.origins = origins;
        this.required = required;
    }

    /** Judges an upgrade that opens a connection. */
    Optional<HandshakeRefusal> judge(UpgradeRequest request) {
        return insecure(request)
                .or(this::draining)
                .or(() -> page(request, false))
                .or(() -> form(request));
    }

    /** Judges a request without upgrade that opens a connection. */
    Optional<HandshakeRefusal> judgePolling(UpgradeRequest request) {
        return insecure(request).or(this::draining).or(() -> page(request, true));
    }

    /** Judges a request of an open connection, which lasts until its slot of the drain. */
    Optional<HandshakeRefusal> judgeOpen(UpgradeRequest request, boolean upgrade) {
        return insecure(request).or(() -> page(request, !upgrade)).or(() -> upgrade ? form(request) : Optional.empty());
    }

    /**
     * Judges a request for a connection that is not on this node. While the node drains, a load balancer opens connections at
     * other nodes and still sends their requests here: this refusal lets it try the next node.
     */
    Optional<HandshakeRefusal> judgeUnknown() {
        return draining();
    }

    private Optional<HandshakeRefusal> insecure(UpgradeRequest request) {
        return tlsRequired && !request.secure() ? Optional.of(HandshakeRefusal.INSECURE) : Optional.empty();
    }

    private Optional<HandshakeRefusal> draining() {
        return draining.getAsBoolean() ? Optional.of(HandshakeRefusal.DRAINING) : Optional.empty();
    }

    /** Browsers name no origin where a page reads from its own; an upgrade always has one. */
    private Optional<HandshakeRefusal> page(UpgradeRequest request, boolean polling) {
        boolean ownPage = polling && request.readsOwnOrigin();
        return (ownPage
                        ? Optional.<HandshakeRefusal>empty()
                        : unless(origins.judge(request.origins(), request.bringsCredential()), HandshakeRefusal.ORIGIN))
                .or(() -> unless(required.judge(request.headers()::getAll), HandshakeRefusal.HEADER));
    }

    private static Optional<HandshakeRefusal> form(UpgradeRequest request) {
        if (!request.wellFormed()) {
            return Optional.of(HandshakeRefusal.MALFORMED);
        }
        return request.standard() ? Optional.empty() : Optional.of(HandshakeRefusal.NOT_AN_UPGRADE);
    }

    private static Optional<HandshakeRefusal> unless(Verdict verdict, HandshakeRefusal refusal) {
        return verdict.fold(Optional::empty, why -> Optional.of(refusal));
    }
}
