import { describe, expect, it } from "vitest";
import { daysSince, judgeRecords } from "../../capacity/records.ts";
import { requireFleet } from "../../model/fleet.ts";
import stack from "../../stacks/default.ts";

const fleet = requireFleet(stack);
const judged = (today: string) => judgeRecords(fleet, { today }).map((f) => [f.severity, f.rule, f.message]);

describe("the age of records", () => {
  it("is no matter while they are fresh, and the day itself still is", () => {
    expect(judged("2026-05-06")).toEqual([]);
    expect(judged("2026-08-01")).toEqual([]);
  });

  it("warns from the day after, one finding per kind and day", () => {
    expect(judged("2026-08-02")).toEqual([
      [
        "warn",
        "record/outdated",
        "Host budget of numa: recorded on 2026-05-03, 91 days before 2026-08-02; records warn after 90 days and refuse after 365.",
      ],
      [
        "warn",
        "record/outdated",
        "Node budgets of honey, sting and bumble: recorded on 2026-05-03, 91 days before 2026-08-02; records warn after 90 days and refuse after 365.",
      ],
    ]);
    expect(judged("2026-11-21").map(([severity]) => severity)).toEqual(["warn", "warn", "warn", "warn"]);
  });

  it("refuses after the second limit", () => {
    expect(judged("2027-05-03").map(([severity]) => severity)).not.toContain("refuse");
    expect(judged("2027-05-04").map(([severity]) => severity)).toEqual(["refuse", "refuse", "warn", "warn"]);
  });

  it("refuses a record from the future", () => {
    expect(judged("2026-05-04")).toEqual([
      [
        "refuse",
        "record/future",
        "Label ceiling of tinyland-nix-kvm: dated 2026-05-05, 1 day after 2026-05-04; nothing can have been recorded then.",
      ],
      [
        "refuse",
        "record/future",
        "Owner budget of jesssullivan-nix-vm-test-kvm: dated 2026-05-05, 1 day after 2026-05-04; nothing can have been recorded then.",
      ],
    ]);
  });

  it.each(["tomorrow", "2026-02-30", "2026-5-6", "2026-05-06T00:00:00Z"])(
    "refuses %s as a day of judgement",
    (today) => {
      expect(judged(today)).toEqual([
        [
          "refuse",
          "record/invalid-today",
          `The day of the judgement is ${JSON.stringify(today)}, not a date like "2026-05-06": cannot prove that any record is recent.`,
        ],
      ]);
    },
  );

  it("counts calendar days, across a leap day and a change of summer time", () => {
    expect(daysSince("2028-02-28", "2028-03-01")).toBe(2);
    expect(daysSince("2026-03-28", "2026-03-30")).toBe(2);
    expect(daysSince("2026-05-04", "2026-05-03")).toBe(-1);
  });
});
