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

    Optional<HandshakeRefusal> judge(UpgradeRequest request) {
        if (tlsRequired && !request.secure()) {
            return Optional.of(HandshakeRefusal.INSECURE);
        }
        if (draining.getAsBoolean()) {
            return Optional.of(HandshakeRefusal.DRAINING);
        }
        return unless(origins.judge(request.origins(), request.bringsCredential()), HandshakeRefusal.ORIGIN)
                .or(() -> unless(required.judge(request.headers()::getAll), HandshakeRefusal.HEADER))
                .or(() -> request.wellFormed() ? Optional.empty() : Optional.of(HandshakeRefusal.MALFORMED))
                .or(() -> request.standard() ? Optional.empty() : Optional.of(HandshakeRefusal.NOT_AN_UPGRADE));
    }

    private static Optional<HandshakeRefusal> unless(Verdict verdict, HandshakeRefusal refusal) {
        return verdict.fold(Optional::empty, why -> Optional.of(refusal));
    }
}
