import { describe, expect, it } from 'vitest';
import { hourly, secondsCovered, summaryOf, summedUp, withGaps } from './series.js';

describe('series', () => {
  it('have nothing where the hub did not run', () => {
    const times = [0, 60, 120, 600, 660, 9000];
    expect(withGaps({ times, series: [[1, 2, 3, 4, 5, 6]] }, 60)).toEqual({ times: [0, 60, 120, 180, 600, 660, 720, 9000], series: [[1, 2, 3, null, 4, 5, null, 6]] });
    expect(withGaps({ times: [0, 60, 120], series: [[1, 2, 3]] }, 60)).toEqual({ times: [0, 60, 120], series: [[1, 2, 3]] });
    expect(withGaps({ times: [], series: [[]] }, 60)).toEqual({ times: [], series: [[]] });
  });

  it('are added up by stretches of time', () => {
    expect(summedUp({ times: [840, 900, 960, 1800], series: [[1, 2, null, null], [null, 1, 1, 5]] }, 900)).toEqual({ times: [0, 900, 1800], series: [[1, 2, null], [null, 2, 5]] });
  });

  it('are summed up in three numbers', () => {
    expect(summaryOf([0, 60, 120, 180], [1, 7, 7, null])).toEqual({ now: null, most: 7, mostAt: 60 });
    expect(summaryOf([0, 60], [0, 0])).toEqual({ now: 0, most: 0, mostAt: 0 });
    expect(summaryOf([], [])).toEqual({ now: null, most: null, mostAt: null });
  });

  it('are a table of hours, the latest first', () => {
    expect(hourly({ times: [3540, 3600, 3660, 7200], series: [[1, 2, 9, null], [null, null, null, 4]] })).toEqual([
      { hour: 7200, values: [null, 4] },
      { hour: 3600, values: [9, null] },
      { hour: 0, values: [1, null] },
    ]);
  });

  it('cover some time', () => {
    const overview = { step_seconds: 60, series: {} as never };
    expect([secondsCovered({ ...overview, times: [] }), secondsCovered({ ...overview, times: [60] }), secondsCovered({ ...overview, times: [60, 120, 600] })]).toEqual([0, 60, 600]);
  });
});
