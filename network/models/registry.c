/* registry.c - all models. To add one: its file beside this one, its declaration and its row below. */
#include "network/models/model.h"

extern const struct model model_conv4, model_mobilenet_v2, model_resnet18, model_resnet34, model_resnet50;

const struct plugin *const model_registry[] = {
    &model_conv4.plugin,    &model_mobilenet_v2.plugin, &model_resnet18.plugin,
    &model_resnet34.plugin, &model_resnet50.plugin,     NULL,
};
