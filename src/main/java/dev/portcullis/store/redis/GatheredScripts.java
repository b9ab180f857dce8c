package dev.portcullis.store.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * The scripts of which {@link GatheredCalls} makes one call of many. All of them are functions of one script, which calls each with
 * its own keys and arguments; see {@code gather.lua}. Those that were added together share functions, which are made in a call only
 * if it needs them. A script that is added later changes no number of another one.
 */
final class GatheredScripts {
    private final StringBuilder families = new StringBuilder("local families, family_of, scripts = {}, {}, {}\n");
    private int familyCount;
    private int count;
    private volatile Script all = Script.ofSource("gathered", "return {}");

    /**
     * @param functions the parts that these scripts share, which may not refer to keys and arguments
     * @param scripts the parts of each script
     */
    synchronized List<Script> add(Class<?> beside, List<String> functions, List<List<String>> scripts) {
        List<Script> added = new ArrayList<>();
        StringBuilder family = new StringBuilder();
        for (List<String> parts : scripts) {
            int number = count++;
            List<String> alone = new ArrayList<>(functions);
            alone.addAll(parts);
            added.add(Script.of(beside, alone).numbered(number));
            families.append("family_of[" + number + "] = " + familyCount + "\n");
            family.append("scripts[" + number + "] = function(KEYS, ARGV)\n")
                    .append(Script.joined(beside, parts))
                    .append("\nend\n");
        }
        families.append("families[" + familyCount++ + "] = function()\n")
                .append(Script.joined(beside, functions))
                .append('\n')
                .append(family)
                .append("end\n");
        all = Script.ofSource("gathered", families + Script.joined(GatheredScripts.class, List.of("gather")));
        return added;
    }

    /** The script that has all of these as functions. */
    Script all() {
        return all;
    }
}
