import type { Pipeline, Stage } from './types.js';

/**
 * Three pipelines, as hubs have them: the default one with speaking ids, and custom ones whose ids are
 * numbers and whose labels are in any language. Labels promise nothing: "Closed won?" is an open stage.
 */
export const PIPELINES: readonly Pipeline[] = [
  {
    id: 'default',
    label: 'Sales Pipeline',
    stages: [
      open('appointmentscheduled', 'Appointment Scheduled', 2),
      open('qualifiedtobuy', 'Qualified To Buy', 4),
      open('presentationscheduled', 'Presentation Scheduled', 6),
      open('decisionmakerboughtin', 'Decision Maker Bought-In', 8),
      open('contractsent', 'Contract Sent', 9),
      won('closedwon', 'Closed Won'),
      lost('closedlost', 'Closed Lost'),
    ],
  },
  {
    id: '998877',
    label: 'Partenaires',
    stages: [
      open('11223341', 'Contact établi', 2),
      open('11223342', 'Devis envoyé', 5),
      won('11223343', 'Gagné'),
      lost('11223344', 'Perdu'),
    ],
  },
  {
    id: '998878',
    label: 'Bestandskunden',
    stages: [
      open('22334451', 'Angebot', 4),
      open('22334452', 'Closed won?', 7),
      won('22334453', 'Abgeschlossen'),
      // A second way to win, as some hubs have one.
      won('22334454', 'Verlängert'),
      lost('22334455', 'Abgelehnt'),
    ],
  },
];

function open(id: string, label: string, tenths: number): Stage {
  return { id, label, tenths, closed: false };
}

function won(id: string, label: string): Stage {
  return { id, label, tenths: 10, closed: true };
}

function lost(id: string, label: string): Stage {
  return { id, label, tenths: 0, closed: true };
}

export function pipelineOf(id: string): Pipeline {
  const pipeline = PIPELINES.find((one) => one.id === id);
  if (pipeline === undefined) throw new Error(`There is no pipeline ${id}.`);
  return pipeline;
}

export function stageOf(pipeline: string, id: string): Stage {
  const stage = pipelineOf(pipeline).stages.find((one) => one.id === id);
  if (stage === undefined) throw new Error(`There is no stage ${id} in the pipeline ${pipeline}.`);
  return stage;
}
