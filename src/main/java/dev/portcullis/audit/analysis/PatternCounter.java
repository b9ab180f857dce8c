package dev.portcullis.audit.analysis;

import dev.portcullis.audit.analysis.AnalysisReport.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts one pattern for each source, of bounded many. */
final class PatternCounter {
    /** Sources whose events are counted: the one that was seen longest ago gives way. */
    private static final int MOST_SOURCES = 4_096;

    /** Sources that are listed. */
    private static final int MOST_FINDINGS = 100;

    private final AttackPattern pattern;
    private final Map<String, Source> sources = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Source> eldest) {
            return size() > MOST_SOURCES;
        }
    };
    private final Map<String, Found> found = new LinkedHashMap<>();
    private boolean full;

    private static final class Source {
        private final SlidingCount count;
        private long firstAt = Long.MIN_VALUE;

        Source(long window) {
            this.count = new SlidingCount(window);
        }
    }

    private static final class Found {
        private final long first;
        private final Timeline timeline;
        private long count;
        private long peak;
        private long last;

        Found(long first) {
            this.first = first;
            this.timeline = new Timeline(first);
        }

        void add(long at, long weight, long inWindow) {
            count += weight;
            peak = Math.max(peak, inWindow);
            last = Math.max(last, at);
            timeline.add(at, weight);
        }
    }

    PatternCounter(AttackPattern pattern) {
        this.pattern = pattern;
    }

    void add(AuditLine line, long weight) {
        String key = pattern.by().key(line);
        if (key.isEmpty()) {
            return;
        }
        Source source = sources.computeIfAbsent(key, any -> new Source(pattern.window()));
        long inWindow = pattern.countsAddresses()
                ? source.count.addAddress(line.at(), line.address())
                : source.count.add(line.at(), weight);
        if (inWindow <= weight) {
            source.firstAt = line.at(); // nothing else is in the window
        }
        Found known = found.get(key);
        if (known != null) {
            known.add(line.at(), weight, inWindow);
        } else if (inWindow >= pattern.threshold()) {
            begin(key, source, line, weight, inWindow);
        }
    }

    private void begin(String key, Source source, AuditLine line, long weight, long inWindow) {
        if (found.size() == MOST_FINDINGS) {
            full = true;
            return;
        }
        Found begun = new Found(source.firstAt);
        if (inWindow > weight) {
            begun.add(source.firstAt, inWindow - weight, 0);
        }
        begun.add(line.at(), weight, inWindow);
        found.put(key, begun);
    }

    /** Whether a source fitted the pattern at this time, or shortly before. */
    boolean isRecent(String source, long at, long withinMs) {
        @Nullable Found known = found.get(source);
        return known != null && known.first <= at && at - known.last <= withinMs;
    }

    List<Finding> findings() {
        return found.entrySet().stream()
                .map(each -> new Finding(
                        pattern,
                        each.getKey(),
                        each.getValue().count,
                        each.getValue().peak,
                        each.getValue().first,
                        each.getValue().last,
                        each.getValue().timeline.drawn()))
                .toList();
    }

    boolean isFull() {
        return full;
    }
}
