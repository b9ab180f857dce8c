package dev.portcullis.hooks;

import dev.portcullis.bus.Bus;
import dev.portcullis.hooks.HookAdministration.EraseEvents;
import dev.portcullis.hooks.HookAdministration.EventsErased;
import dev.portcullis.hooks.HookAdministration.Letter;
import dev.portcullis.hooks.HookAdministration.Revived;
import dev.portcullis.hooks.HookAdministration.Survey;
import dev.portcullis.hooks.HookAdministration.Surveyed;
import dev.portcullis.hooks.outbox.DeadLetter;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.LaneState;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Answers what operators ask about the hooks. */
public final class HooksResponder {
    private final HookOutbox outbox;

    public HooksResponder(HookOutbox outbox) {
        this.outbox = outbox;
    }

    /** Completes when questions can arrive at this instance. */
    public Future<?> open(Bus bus, int instance) {
        return Future.all(
                bus.answer(HookAdministration.SURVEY, instance, this::survey),
                bus.answer(HookAdministration.REVIVE, instance, any -> revive()),
                bus.answer(HookAdministration.ERASE, instance, this::erase));
    }

    private Future<Surveyed> survey(Survey request) {
        return outbox.survey()
                .compose(lanes -> letters(lanes, request.letters()).map(letters -> {
                    HookCounts all = HookCounts.of(lanes);
                    return new Surveyed(all.waiting(), all.dead(), all.overflown(), all.lost(), letters);
                }));
    }

    private Future<List<Letter>> letters(List<LaneState> lanes, int most) {
        return Future.all(dead(lanes).stream()
                        .limit(most)
                        .map(lane -> outbox.deadLetters(lane.lane(), most))
                        .toList())
                .map(all -> all.<List<DeadLetter>>list().stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparingLong(DeadLetter::at))
                        .limit(most)
                        .map(HooksResponder::shown)
                        .toList());
    }

    private Future<Revived> revive() {
        return outbox.survey()
                .compose(lanes -> Future.all(dead(lanes).stream()
                        .map(lane -> outbox.revive(lane.lane()))
                        .toList()))
                .map(revived -> new Revived(revived.<Integer>list().stream()
                        .mapToInt(Integer::intValue)
                        .sum()));
    }

    /** Erases in one lane, of those that have events. */
    private Future<EventsErased> erase(EraseEvents request) {
        return outbox.survey().compose(lanes -> {
            List<Integer> left = lanes.stream()
                    .map(LaneState::lane)
                    .filter(lane -> lane >= request.from())
                    .toList();
            return left.isEmpty()
                    ? Future.succeededFuture(new EventsErased(0, Optional.empty()))
                    : outbox.erase(left.get(0), request.user())
                            .map(count -> new EventsErased(
                                    count, left.stream().skip(1).findFirst()));
        });
    }

    private static List<LaneState> dead(List<LaneState> lanes) {
        return lanes.stream().filter(lane -> lane.dead() > 0).toList();
    }

    private static Letter shown(DeadLetter letter) {
        return new Letter(
                letter.event().id(),
                letter.event().type(),
                letter.event().key(),
                letter.event().time(),
                letter.reason(),
                letter.at());
    }
}
