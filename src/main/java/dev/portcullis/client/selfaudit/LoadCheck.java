package dev.portcullis.client.selfaudit;

import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.HandshakeAttempt;
import dev.portcullis.client.selfaudit.attack.ProbedHandshake;
import dev.portcullis.client.selfaudit.attack.RawSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A small load: some connections at once, and some pings on each. It measures, and judges only what is cut or unanswered. */
public final class LoadCheck {
    /** Fewer than servers take for a flood of pings. */
    private static final int PINGS = 5;

    private Optional<LoadFigures> figures = Optional.empty();

    Optional<LoadFigures> figures() {
        return figures;
    }

    public Probe row() {
        return new Probe(
                "load.pings",
                ProbeArea.LOAD,
                Grade.WARNING,
                "each connection of a small load is kept and each ping answered",
                "Look at the server's own metrics during the run; is it short of CPU, or of file descriptors?",
                List.of(Standard.CSF_PR_IR, Standard.GDPR_32_B),
                this::ask);
    }

    private ProbeOutcome ask(AuditTarget target) throws IOException {
        int planned = target.scope().load();
        if (planned == 0) {
            return ProbeOutcome.unchecked("--load is 0");
        }
        List<RawSocket> sockets = new ArrayList<>();
        List<Double> handshakes = new ArrayList<>();
        for (int i = 0; i < planned; i++) {
            ProbedHandshake request = target.users()
                    .fresh("load-" + i)
                    .map(token -> target.upgrade().withToken(token))
                    .orElse(target.upgrade());
            HandshakeAttempt attempt = target.handshake(request, handshakes::add);
            if (attempt.isTurnedAway()) {
                break; // a limit of the server, which another probe judges
            }
            if (!attempt.isUpgraded()) {
                return ProbeOutcome.unchecked("a handshake is answered " + attempt.seen());
            }
            sockets.add(attempt.socket());
        }
        if (sockets.isEmpty()) {
            return ProbeOutcome.unchecked("the server's own limits let no connection through");
        }
        List<Double> pings = new ArrayList<>();
        int lost = 0;
        for (int round = 0; round < PINGS; round++) {
            for (RawSocket socket : sockets) {
                long from = System.nanoTime();
                if (socket.provoke(new byte[0]).fold(() -> true, code -> false, () -> false, () -> false)) {
                    pings.add((System.nanoTime() - from) / (double) TimeUnit.MILLISECONDS.toNanos(1));
                } else {
                    lost++;
                }
            }
        }
        LoadFigures measured = new LoadFigures(sockets.size(), handshakes, pings);
        figures = Optional.of(measured);
        String seen = String.format(
                java.util.Locale.ROOT,
                "%d connections at once, ping p50 %.1f ms, p99 %.1f ms",
                sockets.size(),
                LoadFigures.quantile(measured.pingMs(), 0.5),
                LoadFigures.quantile(measured.pingMs(), 0.99));
        return lost == 0
                ? ProbeOutcome.passed(seen)
                : ProbeOutcome.found(seen + "; " + lost + " pings were not answered");
    }
}
