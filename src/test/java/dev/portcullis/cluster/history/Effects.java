package dev.portcullis.cluster.history;

import dev.portcullis.cluster.history.Publications.Publication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is in a room was sent, was not refused, and is there as often as it was sent under ids of its own. */
final class Effects {
    private final Places places;
    private final Findings findings;
    private final Map<Entry.Effect, List<Publication>> wanted = new HashMap<>();

    private Effects(Publications publications, Places places, Findings findings) {
        this.places = places;
        this.findings = findings;
        for (Publication each : publications.all()) {
            each.sends().stream()
                    .map(Effects::effect)
                    .distinct()
                    .forEach(effect -> wanted.computeIfAbsent(effect, any -> new ArrayList<>(1))
                            .add(each));
        }
    }

    static void check(Publications publications, Places places, Findings findings) {
        Effects effects = new Effects(publications, places, findings);
        publications.all().forEach(effects::checkAcks);
        Map<Entry.Effect, List<Observation>> done = new HashMap<>();
        places.all()
                .forEach(each -> done.computeIfAbsent(each.entry().effect(), any -> new ArrayList<>(1))
                        .add(each));
        done.forEach(effects::checkDone);
    }

    private void checkAcks(Publication publication) {
        Moment first = null;
        for (Moment each : publication.acks()) {
            first = first == null ? each : first;
            ClientEvent.Acked one = (ClientEvent.Acked) first.event();
            ClientEvent.Acked other = (ClientEvent.Acked) each.event();
            boolean same = one.at().seq() == other.at().seq() && one.messageId().equals(other.messageId());
            if (!same && places.agree(one.room(), one.at(), other.at())) {
                findings.add(Fault.TWICE_DONE, "two acks for " + one.id() + " differ", first, each);
            }
            first = each;
        }
    }

    private void checkDone(Entry.Effect effect, List<Observation> done) {
        List<Publication> asked = wanted.getOrDefault(effect, List.of());
        Observation first = done.get(0);
        if (asked.isEmpty()) {
            findings.add(Fault.PHANTOM, "nobody sent it", first);
            return;
        }
        List<Moment> sends = asked.stream()
                .map(Publication::sends)
                .flatMap(Collection::stream)
                .filter(each -> effect(each).equals(effect))
                .toList();
        if (sends.get(0).at() > first.moment().at()) {
            findings.add(Fault.PHANTOM, "it was there before it was sent", sends.get(0), first.moment());
        }
        long possible = asked.stream().filter(each -> mayBeDone(each, sends)).count();
        if (possible == 0) {
            findings.add(Fault.REFUSED_BUT_DONE, "it was refused", sends.get(0), first.moment());
        } else {
            done.forEach(last -> checkTimes(
                    possible,
                    done.stream().filter(each -> isOneStory(each, last)).toList()));
        }
    }

    private boolean isOneStory(Observation one, Observation other) {
        return places.agree(one.entry().room(), one.entry().at(), other.entry().at());
    }

    private void checkTimes(long possible, List<Observation> done) {
        if (done.size() > possible) {
            findings.add(Fault.TWICE_DONE, done.size() + " times", done.get(0), done.get(done.size() - 1));
        }
    }

    private static boolean mayBeDone(Publication publication, List<Moment> sends) {
        return publication.sends().stream().filter(sends::contains).anyMatch(each -> !publication.isRefused(each));
    }

    private static Entry.Effect effect(Moment send) {
        ClientEvent.Sent sent = (ClientEvent.Sent) send.event();
        return new Entry.Effect(
                sent.room(), sent.kind(), sent.kind().equals(Entry.CHAT) ? send.user() : "", sent.body());
    }
}
