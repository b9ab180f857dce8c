package dev.portcullis.client.selfaudit;

import dev.portcullis.client.selfaudit.attack.AuditTarget;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes through the probes, one after the other, and keeps what they learn. A stop ends it with what it has. */
public final class SelfAuditRun {
    private final AuditTarget target;
    private final List<Probe> probes;
    private final LoadCheck load;
    private final Progress progress;
    private final List<ProbeResult> results = new ArrayList<>();

    /** Hears of each result. */
    @FunctionalInterface
    public interface Progress {
        /** @param count the number of the results so far */
        void learnt(ProbeResult result, int count, int planned);
    }

    /** @param load the row of the load check is the last one, and only with one of its own */
    public SelfAuditRun(AuditTarget target, List<Probe> probes, LoadCheck load, Progress progress) {
        this.target = target;
        this.probes = List.copyOf(probes);
        this.load = load;
        this.progress = progress;
    }

    public SelfAuditReport run() {
        Instant begin = Instant.now();
        long from = System.nanoTime();
        for (Probe probe : probes) {
            ProbeOutcome outcome = ask(probe);
            if (target.isStopped()) {
                break; // what a probe says whose connections were cut is not true
            }
            ProbeResult result = new ProbeResult(probe, outcome);
            results.add(result);
            progress.learnt(result, results.size(), probes.size());
        }
        return new SelfAuditReport(
                target.server().toString(),
                begin,
                Duration.ofNanos(System.nanoTime() - from),
                results,
                load.figures(),
                target.undo(),
                results.size() == probes.size(),
                target.isHeard());
    }

    private ProbeOutcome ask(Probe probe) {
        try {
            return probe.question().ask(target);
        } catch (SocketTimeoutException silent) {
            return ProbeOutcome.unchecked("no answer in time");
        } catch (IOException failed) {
            return ProbeOutcome.unchecked(Optional.ofNullable(failed.getMessage())
                    .orElse(failed.getClass().getSimpleName()));
        } catch (
                RuntimeException
                        unforeseen) { // of a server's odd answer: the report, and the end of what was made, come first
            return ProbeOutcome.unchecked(
                    "the probe failed: " + unforeseen.getClass().getSimpleName());
        } finally {
            target.close();
        }
    }
}
