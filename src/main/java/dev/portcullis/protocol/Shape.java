package dev.portcullis.protocol;

import java.util.List;
import java.util.function.Function;

/**
 * One frame type: its fields, what holds between them, and the record it becomes.
 *
 * @param between rules for the frame as a whole
 * @param frame builds the record from slots that passed every rule
 */
record Shape(Members members, List<Rule> between, Function<Slots, ClientFrame> frame) {
    Findings check(Slots slots) {
        Findings findings = new Findings();
        members.check(slots, Pointer.ROOT, findings);
        for (Rule rule : between) {
            rule.check(slots, Pointer.ROOT, findings);
        }
        return findings;
    }

    static Rule exactlyOne(Field one, Field other) {
        return whole("oneOf", slots -> slots.has(one) != slots.has(other));
    }

    static Rule notBoth(Field one, Field other) {
        return whole("not", slots -> !slots.has(one) || !slots.has(other));
    }

    static Rule onlyWith(Field needed, Field field) {
        return whole("dependentRequired", slots -> slots.has(needed) || !slots.has(field));
    }

    /** A tighter rule for {@code field} where {@code condition} stands in the frame too. */
    static Rule where(Field condition, Field field, Rule rule) {
        return (frame, path, to) -> {
            Slots slots = (Slots) frame;
            Object value = slots.get(field);
            if (value != null && slots.has(condition)) {
                rule.check(value, path + field.pointer(), to);
            }
        };
    }

    private static Rule whole(String keyword, Function<Slots, Boolean> holds) {
        return (frame, path, to) -> {
            if (!holds.apply((Slots) frame)) {
                to.add(path, keyword);
            }
        };
    }
}
