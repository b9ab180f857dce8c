package dev.portcullis.audit.analysis;

import dev.portcullis.audit.EventName;
import dev.portcullis.audit.analysis.AnalysisReport.Finding;
import dev.portcullis.audit.chain.ChainFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares the lines of audit files with the table of patterns, in memory that does not grow with them. */
public final class AuditAnalysis {
    private static final Set<String> REFUSALS = Stream.of(EventName.values())
            .filter(EventName::isRefusal)
            .map(EventName::id)
            .collect(Collectors.toSet());

    private final Map<AttackPattern, PatternCounter> counters = new EnumMap<>(AttackPattern.class);

    /** Most lines are of events that no pattern counts. */
    private final Map<String, List<AttackPattern>> byEvent = new HashMap<>();

    private @Nullable Timeline refusals;
    private long lines;

    AuditAnalysis() {
        for (AttackPattern each : AttackPattern.values()) {
            counters.put(each, new PatternCounter(each));
            each.events()
                    .forEach(event -> byEvent.computeIfAbsent(event, any -> new ArrayList<>())
                            .add(each));
        }
    }

    /**
     * Reads all chains in these folders, as one log: an attack on ten nodes is one attack. Blocks.
     *
     * @param networkOf what limits count an address by; what is no address, such as a pseudonym, stays as it is
     */
    public static AnalysisReport of(List<Path> folders, UnaryOperator<String> networkOf) throws IOException {
        AuditAnalysis analysis = new AuditAnalysis();
        List<String> chains = new ArrayList<>();
        List<ChainLines> open = new ArrayList<>();
        try {
            PriorityQueue<ChainLines> byTime = new PriorityQueue<>(Comparator.comparingLong(ChainLines::at));
            for (Path folder : folders) {
                for (String chain : ChainFile.chains(folder)) {
                    chains.add(chain);
                    ChainLines each = new ChainLines(ChainFile.all(folder, chain));
                    open.add(each);
                    if (each.advance()) {
                        byTime.add(each);
                    }
                }
            }
            for (ChainLines next = byTime.poll(); next != null; next = byTime.poll()) {
                AuditLine line = next.line();
                analysis.add(line.from(networkOf.apply(line.address())));
                if (next.advance()) {
                    byTime.add(next);
                }
            }
            return analysis.report(
                    chains, open.stream().mapToLong(ChainLines::unreadable).sum());
        } finally {
            for (ChainLines each : open) {
                each.close();
            }
        }
    }

    void add(AuditLine line) {
        lines++;
        Timeline drawn = refusals;
        if (drawn == null) {
            drawn = new Timeline(line.at());
            refusals = drawn;
        }
        drawn.add(line.at(), REFUSALS.contains(line.event()) ? line.count() : 0);
        for (AttackPattern pattern : byEvent.getOrDefault(line.event(), List.of())) {
            long weight = pattern.weight(line);
            if (weight > 0 && isBegun(pattern, line)) {
                Optional.ofNullable(counters.get(pattern)).ifPresent(counter -> counter.add(line, weight));
            }
        }
    }

    private boolean isBegun(AttackPattern pattern, AuditLine line) {
        return pattern.after()
                .flatMap(first -> Optional.ofNullable(counters.get(first)))
                .map(first -> first.isRecent(pattern.by().key(line), line.at(), pattern.window()))
                .orElse(true);
    }

    AnalysisReport report(List<String> chains, long unreadable) {
        Set<AttackPattern> full = EnumSet.noneOf(AttackPattern.class);
        List<Finding> findings = new ArrayList<>();
        counters.forEach((pattern, counter) -> {
            findings.addAll(counter.findings());
            if (counter.isFull()) {
                full.add(pattern);
            }
        });
        findings.sort(Comparator.comparing((Finding each) -> each.pattern().extent())
                .reversed()
                .thenComparing(Finding::pattern)
                .thenComparing(Comparator.comparingLong(Finding::count).reversed()));
        return new AnalysisReport(
                chains,
                lines,
                unreadable,
                Optional.ofNullable(refusals).map(Timeline::drawn),
                List.copyOf(findings),
                Set.copyOf(full));
    }
}
