package dev.portcullis.cluster.history;

import dev.portcullis.cluster.history.Publications.Publication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every entry of a room was sent and not refused, and occurs once for each frame id. */
final class EffectCheck {
    private final ObservedPositions positions;
    private final Findings findings;
    private final Map<Entry.Effect, List<Publication>> requested = new HashMap<>();

    private EffectCheck(Publications publications, ObservedPositions positions, Findings findings) {
        this.positions = positions;
        this.findings = findings;
        for (Publication each : publications.all()) {
            each.sends().stream()
                    .map(EffectCheck::effect)
                    .distinct()
                    .forEach(effect -> requested
                            .computeIfAbsent(effect, any -> new ArrayList<>(1))
                            .add(each));
        }
    }

    static void check(Publications publications, ObservedPositions positions, Findings findings) {
        EffectCheck effects = new EffectCheck(publications, positions, findings);
        publications.all().forEach(effects::checkAcks);
        Map<Entry.Effect, List<Observation>> done = new HashMap<>();
        positions
                .all()
                .forEach(each -> done.computeIfAbsent(each.entry().effect(), any -> new ArrayList<>(1))
                        .add(each));
        done.forEach(effects::checkEffect);
    }

    private void checkAcks(Publication publication) {
        Moment first = null;
        for (Moment each : publication.acks()) {
            first = first == null ? each : first;
            ClientEvent.Acked one = (ClientEvent.Acked) first.event();
            ClientEvent.Acked other = (ClientEvent.Acked) each.event();
            boolean same = one.at().seq() == other.at().seq() && one.messageId().equals(other.messageId());
            if (!same && positions.areOnOneBranch(one.room(), one.at(), other.at())) {
                findings.add(Fault.DUPLICATE_EFFECT, "two acks for " + one.id() + " differ", first, each);
            }
            first = each;
        }
    }

    private void checkEffect(Entry.Effect effect, List<Observation> done) {
        List<Publication> asked = requested.getOrDefault(effect, List.of());
        Observation first = done.get(0);
        if (asked.isEmpty()) {
            findings.add(Fault.PHANTOM, "no client sent it", first);
            return;
        }
        List<Moment> sends = asked.stream()
                .map(Publication::sends)
                .flatMap(Collection::stream)
                .filter(each -> effect(each).equals(effect))
                .toList();
        if (sends.get(0).at() > first.moment().at()) {
            findings.add(Fault.PHANTOM, "it was observed before it was sent", sends.get(0), first.moment());
        }
        long possible =
                asked.stream().filter(each -> mayTakeEffect(each, sends)).count();
        if (possible == 0) {
            findings.add(Fault.EFFECT_OF_REFUSED_FRAME, "it was refused", sends.get(0), first.moment());
        } else {
            done.forEach(last -> checkCount(
                    possible,
                    done.stream().filter(each -> areOnOneBranch(each, last)).toList()));
        }
    }

    private boolean areOnOneBranch(Observation one, Observation other) {
        return positions.areOnOneBranch(
                one.entry().room(), one.entry().at(), other.entry().at());
    }

    private void checkCount(long possible, List<Observation> done) {
        if (done.size() > possible) {
            findings.add(Fault.DUPLICATE_EFFECT, done.size() + " times", done.get(0), done.get(done.size() - 1));
        }
    }

    private static boolean mayTakeEffect(Publication publication, List<Moment> sends) {
        return publication.sends().stream().filter(sends::contains).anyMatch(each -> !publication.isRefused(each));
    }

    private static Entry.Effect effect(Moment send) {
        ClientEvent.Sent sent = (ClientEvent.Sent) send.event();
        return new Entry.Effect(
                sent.room(), sent.kind(), sent.kind().equals(Entry.CHAT) ? send.user() : "", sent.body());
    }
}
