#include "kernel.h"
#include "sha256.h"

#include <openssl/crypto.h>
#include <string.h>

/*
 * Which walk runs in which lane, and on which engine.
 *
 * All lanes of an engine take the same number of steps, so an engine runs until the first of its
 * walks has to stop: at its end, where the next walk takes its lane, or at a mark. Once no walk
 * waits and fewer are left than the engine is worth, they go on by the next engine.
 */

/* A walk on its way. */
struct course {
    size_t walk;
    uint32_t index;
    /* Steps to the end, and to the next stop: a mark or the end. */
    uint32_t left;
    uint32_t until_stop;
    /* The first mark that is not behind it. */
    size_t mark;
};

struct schedule {
    const struct toll_walk *walks;
    const struct toll_marks *marks;
    uint8_t *out;
    /* The order to begin in, longest first, and where the walks that have not begun start. */
    const uint32_t *order;
    size_t begun, count;
    /* Walks that an engine left to the next, longest last; their paywords lie in `out`. */
    struct course left[TOLL_LANES_MAXIMUM];
    unsigned left_count;
};

static uint8_t *result(const struct schedule *schedule, const struct course *course) {
    return schedule->out + course->walk * TOLL_PAYWORD_BYTES;
}

/* Where the payword at the course's index is to be kept: the next mark there, NULL after the last. */
static uint8_t *next_mark_here(const struct schedule *schedule, struct course *course) {
    if (!schedule->marks) return NULL;
    const struct toll_marks *const marks = &schedule->marks[course->walk];
    while (course->mark < marks->count && marks->indexes[course->mark] >= course->index) {
        const size_t mark = course->mark++;
        if (marks->indexes[mark] == course->index) return marks->values + mark * TOLL_PAYWORD_BYTES;
    }
    return NULL;
}

static void find_next_stop(const struct schedule *schedule, struct course *course) {
    course->until_stop = course->left;
    if (!schedule->marks) return;
    const struct toll_marks *const marks = &schedule->marks[course->walk];
    if (course->mark == marks->count) return;
    const uint32_t steps = course->index - marks->indexes[course->mark];
    if (steps < course->left) course->until_stop = steps;
}

/* Takes the walk to run next, if one waits, with the payword that it starts from. */
static bool take(struct schedule *schedule, struct course *course, const uint8_t **payword) {
    if (schedule->left_count > 0) {
        *course = schedule->left[--schedule->left_count];
        *payword = result(schedule, course);
        return true;
    }
    while (schedule->begun < schedule->count) {
        const size_t walk = schedule->order[schedule->begun++];
        const struct toll_walk *const from = &schedule->walks[walk];
        *course = (struct course){.walk = walk, .index = from->index, .left = from->steps};
        *payword = from->from;
        for (uint8_t *kept; (kept = next_mark_here(schedule, course));) {
            memcpy(kept, *payword, TOLL_PAYWORD_BYTES);
        }
        find_next_stop(schedule, course);
        if (course->left > 0) return true;
        memcpy(result(schedule, course), *payword, TOLL_PAYWORD_BYTES);
    }
    return false;
}

static void load(const struct toll_engine *engine, union toll_lanes *lanes, unsigned lane,
                 const uint8_t *key, uint32_t index, const uint8_t *payword) {
    if (!engine->columns) {
        struct toll_row *const row = &lanes->rows[lane];
        memcpy(row->key, key, TOLL_KEY_BYTES);
        memcpy(row->payword, payword, TOLL_PAYWORD_BYTES);
        row->index = index;
        return;
    }
    uint32_t(*const word)[TOLL_LANES_MAXIMUM] = lanes->columns.word;
    for (unsigned i = 0; i < 4; i++) word[i][lane] = toll_read_be32(key + 4 * i);
    word[4][lane] = index;
    for (unsigned i = 0; i < 8; i++) word[5 + i][lane] = toll_read_be32(payword + 4 * i);
}

static void store(const struct toll_engine *engine, const union toll_lanes *lanes, unsigned lane,
                  uint8_t *payword) {
    if (!engine->columns) {
        memcpy(payword, lanes->rows[lane].payword, TOLL_PAYWORD_BYTES);
        return;
    }
    for (unsigned i = 0; i < 8; i++) {
        toll_write_be32(payword + 4 * i, lanes->columns.word[5 + i][lane]);
    }
}

/* Puts the next walk into a lane; if none waits, the lane idles. */
static bool refill(struct schedule *schedule, const struct toll_engine *engine,
                   union toll_lanes *lanes, unsigned lane, struct course *course) {
    const uint8_t *payword;
    if (!take(schedule, course, &payword)) {
        course->left = 0;
        return false;
    }
    load(engine, lanes, lane, schedule->walks[course->walk].chain_key, course->index, payword);
    return true;
}

/* Advances a lane's course by the steps that its engine has run; whether the walk is at its end. */
static bool advance(const struct schedule *schedule, const struct toll_engine *engine,
                    const union toll_lanes *lanes, unsigned lane, uint32_t steps,
                    struct course *course) {
    course->index -= steps;
    course->left -= steps;
    course->until_stop -= steps;
    if (course->until_stop > 0) return false;
    /* From the lane to each place: to read at once what was written by words takes long. */
    for (uint8_t *kept; (kept = next_mark_here(schedule, course));) {
        store(engine, lanes, lane, kept);
    }
    if (course->left == 0) store(engine, lanes, lane, result(schedule, course));
    find_next_stop(schedule, course);
    return course->left == 0;
}

static uint32_t steps_to_next_stop(const struct course *courses, unsigned count) {
    uint32_t steps = UINT32_MAX;
    for (unsigned lane = 0; lane < count; lane++) {
        if (courses[lane].left > 0 && courses[lane].until_stop < steps) {
            steps = courses[lane].until_stop;
        }
    }
    return steps;
}

/* Leaves a walk to the next engine. */
static void leave(struct schedule *schedule, const struct course *course) {
    unsigned place = schedule->left_count++;
    for (; place > 0 && schedule->left[place - 1].left > course->left; place--) {
        schedule->left[place] = schedule->left[place - 1];
    }
    schedule->left[place] = *course;
}

/* Runs an engine while it is worth it; what is left goes to the schedule. */
static void run(struct schedule *schedule, const struct toll_engine *engine,
                union toll_lanes *lanes) {
    struct course courses[TOLL_LANES_MAXIMUM];
    unsigned busy = 0;
    for (unsigned lane = 0; lane < engine->lanes; lane++) {
        if (refill(schedule, engine, lanes, lane, &courses[lane])) busy++;
    }
    while (busy >= engine->worth) {
        const uint32_t steps = steps_to_next_stop(courses, engine->lanes);
        engine->run(lanes, steps);
        for (unsigned lane = 0; lane < engine->lanes; lane++) {
            if (courses[lane].left == 0) continue;
            if (!advance(schedule, engine, lanes, lane, steps, &courses[lane])) continue;
            if (!refill(schedule, engine, lanes, lane, &courses[lane])) busy--;
        }
    }
    for (unsigned lane = 0; lane < engine->lanes; lane++) {
        if (courses[lane].left == 0) continue;
        store(engine, lanes, lane, result(schedule, &courses[lane]));
        leave(schedule, &courses[lane]);
    }
}

/*
 * Lengths are told apart to an eighth, which is near enough for lanes that end together, and lets
 * one pass of counting put any number of walks in order.
 */
enum { LENGTH_CLASSES = 240 };

static unsigned length_class(uint32_t steps) {
    if (steps < 8) return steps;
    const unsigned bits = 31 - (unsigned)__builtin_clz(steps);
    return (bits - 2) * 8 + (steps >> (bits - 3) & 7);
}

static void put_longest_first(const struct toll_walk *walks, size_t count, uint32_t *order) {
    uint32_t place[LENGTH_CLASSES] = {0};
    for (size_t i = 0; i < count; i++) place[length_class(walks[i].steps)]++;
    uint32_t before = 0;
    for (unsigned class = LENGTH_CLASSES; class-- > 0;) {
        const uint32_t in_class = place[class];
        place[class] = before;
        before += in_class;
    }
    for (size_t i = 0; i < count; i++) {
        order[place[length_class(walks[i].steps)]++] = (uint32_t)i;
    }
}

void toll_schedule(const struct toll_chain_kernel *kernel, const struct toll_walk *walks,
                   const struct toll_marks *marks, size_t count, uint32_t *scratch, bool secret,
                   uint8_t *out) {
    put_longest_first(walks, count, scratch);
    struct schedule schedule = {
        .walks = walks, .marks = marks, .out = out, .order = scratch, .count = count};
    union toll_lanes lanes;
    memset(&lanes, 0, sizeof lanes);
    for (unsigned i = 0; i < kernel->engine_count; i++) {
        const size_t waiting = schedule.count - schedule.begun + schedule.left_count;
        if (waiting < kernel->engines[i].worth) continue;
        run(&schedule, &kernel->engines[i], &lanes);
    }
    if (secret) OPENSSL_cleanse(&lanes, sizeof lanes);
}
