package dev.portcullis.client.selfaudit;

import dev.portcullis.client.selfaudit.attack.AuditTarget;
import java.io.IOException;
import java.util.List;

/**
 * One question to a server, as a row.
 *
 * @param id names it for {@code --only} and in reports
 * @param worst the mark of the weakness
 * @param title what a good server does
 * @param fix what to do about the weakness
 * @param shows the rows of standards that a pass is evidence for
 */
public record Probe(
        String id, ProbeArea area, Grade worst, String title, String fix, List<Standard> shows, Question question) {
    /** Asks the server. An {@link IOException} means that nothing was learnt. */
    @FunctionalInterface
    public interface Question {
        ProbeOutcome ask(AuditTarget target) throws IOException;
    }

    public Probe {
        shows = List.copyOf(shows);
    }

    /** A row whose outcome is known without the server. */
    public static Probe known(
            String id,
            ProbeArea area,
            Grade worst,
            String title,
            String fix,
            List<Standard> shows,
            ProbeOutcome outcome) {
        return new Probe(id, area, worst, title, fix, shows, target -> outcome);
    }
}
