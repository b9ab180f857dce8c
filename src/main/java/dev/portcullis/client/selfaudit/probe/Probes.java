package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.LoadCheck;
import dev.portcullis.client.selfaudit.Probe;
import java.util.List;
import java.util.stream.Stream;

/** All rows, in the order in which a run asks them: what uses up a limit comes last. */
public final class Probes {
    private Probes() {}

    /** @param load keeps the figures of its row */
    public static List<Probe> all(LoadCheck load) {
        return Stream.of(
                        OriginProbes.all(),
                        TlsProbes.all(),
                        TokenProbes.all(),
                        FramingProbes.all(),
                        ContentProbes.all(),
                        AccessProbes.all(),
                        HttpProbes.all(),
                        SmugglingProbes.all(),
                        List.of(load.row()),
                        LimitProbes.all(),
                        List.of(LimitProbes.last()))
                .flatMap(List::stream)
                .toList();
    }
}
